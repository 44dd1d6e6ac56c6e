using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Strata.Contracts;
using Strata.EventStore;
using Strata.Projections;
using Strata.Recordings;
using Strata.Registrar;

namespace Strata.DerivationWorkers;

/// <summary>
/// Evaluates rules: takes open items from the work list, runs derivers on all cores, and registers what they made, many at a time.
/// Messages only wake it; a sweep finds what none announced. It owns its loop: no derivation runs on the stack of who registered. Source: DESIGN §4.5, §4.6, rule 8.
/// </summary>
public sealed class DerivationWorker : IHandle<EvaluateSegment>
{
    private readonly WakeSignal _wake = new();
    private readonly WorkerPorts _ports;
    private readonly WorkerOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly TransientRetry _retry;
    private readonly SchemaVerdicts _verdicts = new();
    private readonly RuleBook _rules;
    private readonly DeriverRegistry _derivers;
    private readonly WorkPreparation _preparation;
    private readonly WorkEvaluation _evaluation;

    public DerivationWorker(WorkerPorts ports, RecordingReading reading, DeriverRegistry derivers, WorkerOptions options, TimeProvider time, ILogger<DerivationWorker> logger)
    {
        (_ports, _options, _time, _logger) = (ports, options, time, logger);
        _retry = new(options, time);
        (_rules, _derivers) = (new(ports.ReadModels.Rules), derivers);
        _preparation = new(ports.Events, ports.Claims, _rules, options);
        _evaluation = new(ports.Recordings, reading, derivers, _verdicts, _retry, options, logger);
    }

    /// <summary>A wake-up, no more: what is to be done stands in the work list.</summary>
    public Task HandleAsync(EvaluateSegment message, CancellationToken cancellationToken)
    {
        _wake.Set();
        return Task.CompletedTask;
    }

    /// <summary>
    /// Works until cancelled. Then claims that were not started go back, evaluations that run are abandoned (and go back), and what is computed is registered
    /// within <see cref="WorkerOptions.ShutdownGrace"/>.
    /// </summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var grace = new CancellationTokenSource();
        await using var graceStart = stop.Token.Register(() => grace.CancelAfter(_options.ShutdownGrace)).ConfigureAwait(false);
        await using var sweep = _time.CreateTimer(_ => _wake.Set(), null, _options.SweepEvery, _options.SweepEvery).ConfigureAwait(false);
        using var postponement = new Postponement(_ports.Claims, _wake, _retry, _options, _time);
        var held = new ClaimsHeld(_ports.Claims, _options, _time);
        var budget = new ByteBudget(_options.BatchBytes);
        var commit = new EvaluationCommit(_ports.Recordings, _ports.Registrar, _ports.Claims, held, _verdicts, _retry, postponement, _ports.Standstills, _logger);
        var work = Channel.CreateUnbounded<PreparedWork>();
        var outside = OutsideLanes.All(_derivers).ToDictionary(lane => lane, _ => Channel.CreateUnbounded<PreparedWork>(), StringComparer.Ordinal);
        var results = Channel.CreateUnbounded<EvaluationResult>(new UnboundedChannelOptions { SingleReader = true });
        var feed = new WorkFeed(_ports, _preparation, held, new OutsideAdmission(_rules, _derivers, _ports.Claims, _retry, _options, _time), new Suspects(_ports.Claims, _time), new IdleClaims(_ports.Claims, _options, _time), _wake, _retry, _options, _logger);
        var begun = outside.Values.Prepend(work).Select(lane => new BegunWork(lane.Reader, results.Writer, _ports.Claims, _ports.ReadModels.Work, held, _retry, _options, _logger)).ToArray();
        var flush = new ResultFlush(results.Reader, commit, held, budget, _wake, _options, _time, _ports.Standstills, _logger);

        var following = new TableFollower(token => _ports.ReadModels.WaitForChangeAsync(_ports.ReadModels.Position, token), _wake, _options.SweepEvery, _time, _logger);

        _wake.Set();
        var committing = Task.Run(() => flush.RunAsync(grace.Token), CancellationToken.None);
        var background = new[] { following.RunAsync(stop.Token), KeepClaimsAsync(held, stop.Token), new MissedDerivers(_ports, _derivers, _options, _time, _logger).RunAsync(stop.Token) };
        var feeding = Task.Run(() => feed.RunAsync(new(work.Writer, outside.ToDictionary(lane => lane.Key, lane => lane.Value.Writer, StringComparer.Ordinal)), results.Writer, stop.Token), CancellationToken.None);
        var evaluating = begun
            .SelectMany(lane => Enumerable.Range(0, _options.Parallelism).Select(_ => Task.Run(() => EvaluateAsync(lane, results.Writer, held, budget, stop.Token), CancellationToken.None)))
            .ToArray();

        await Task.WhenAny(feeding, committing).ConfigureAwait(false);
        await stop.CancelAsync().ConfigureAwait(false);
        await feeding.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        work.Writer.TryComplete();
        foreach (var lane in outside.Values)
        {
            lane.Writer.TryComplete();
        }

        await Task.WhenAll(evaluating).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        results.Writer.TryComplete();
        Array.ForEach(begun, lane => lane.Dispose());
        await Task.WhenAll([feeding, committing, .. background, .. evaluating]).ConfigureAwait(false);
    }

    private async Task EvaluateAsync(BegunWork work, ChannelWriter<EvaluationResult> results, ClaimsHeld held, ByteBudget budget, CancellationToken stop)
    {
        while (await work.NextAsync(stop).ConfigureAwait(false) is { } prepared)
        {
            var began = _time.GetTimestamp();
            var result = await EvaluateOneAsync(prepared, budget, stop).ConfigureAwait(false);
            work.Took(_time.GetElapsedTime(began));
            if (result is EvaluationResult.Computed computed)
            {
                budget.Hold(computed.Rrd.Length);
            }

            // Before the result is handed over: whoever flushes must not wait for an evaluation that is over.
            held.Decide(result.Claimed);
            results.TryWrite(result);
            LargeInputs.Forget(prepared);
        }
    }

    private async Task<EvaluationResult> EvaluateOneAsync(PreparedWork prepared, ByteBudget budget, CancellationToken stop)
    {
        try
        {
            stop.ThrowIfCancellationRequested();
            if (_ports.Standing?.Refusal is not null)
            {
                return new EvaluationResult.Abandoned(prepared.Claimed);
            }

            await budget.WaitAsync(stop).ConfigureAwait(false);
            return await WorkerMeasures.ObserveAsync(prepared, token => _evaluation.EvaluateAsync(prepared, token), _time, stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return new EvaluationResult.Abandoned(prepared.Claimed);
        }
    }

    private async Task KeepClaimsAsync(ClaimsHeld held, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(_options.Lease / 3, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(stop).ConfigureAwait(false))
            {
                await RenewAsync(held, stop).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The worker stops; what is flushed within the grace is well inside the lease.
        }
    }

    private async Task RenewAsync(ClaimsHeld held, CancellationToken stop)
    {
        try
        {
            await _retry.RunAsync(held.RenewAsync, stop).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // The claims run out by themselves; the next tick or the flush asks again before anything is acted upon.
        catch (Exception fault) when (fault is not OperationCanceledException)
#pragma warning restore CA1031
        {
            _logger.LogWarning("Claims could not be renewed: {Message}", fault.Message);
            _logger.LogDebug(fault, "Where it happened");
        }
    }
}

/// <summary>What a worker needs of the other rooms.</summary>
public sealed record WorkerPorts(IEventStore Events, IWorkClaims Claims, IReadModels ReadModels, IRecordingStore Recordings, IRegistrar Registrar)
{
    /// <summary>Who waits for the work hears here that the storage keeps it from being done.</summary>
    public WorkStandstills Standstills { get; init; } = new();

    /// <summary>Whether the recordings are those of the log still; null: whoever opened them knows.</summary>
    public StoreStanding? Standing { get; init; }
}
