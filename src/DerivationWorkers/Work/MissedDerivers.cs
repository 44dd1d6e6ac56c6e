using Microsoft.Extensions.Logging;
using Strata.Contracts;

namespace Strata.DerivationWorkers;

/// <summary>
/// When a worker starts: definitions that cannot work are told of, and what had failed only because nobody had its deriver, and which this worker has, is tried again; and so is
/// what had failed because nobody took jobs from a queue, once somebody does.
/// </summary>
internal sealed class MissedDerivers(WorkerPorts ports, DeriverRegistry derivers, WorkerOptions options, TimeProvider time, ILogger logger)
{
    /// <summary>An evaluation that had looked just before somebody came has failed by the second look.</summary>
    private const int LooksAfterComing = 2;

    private static readonly EventSource Source = new("worker", null);

    public async Task RunAsync(CancellationToken stop)
    {
        foreach (var refused in derivers.Refused)
        {
            logger.LogError("The deriver {Name} is not there: {File}: {Reason}", refused.Name, refused.File, refused.Reason);
        }

        var here = derivers.Outside.Where(d => d.WhyNotHere() is null).Select(d => d.Name).ToHashSet(StringComparer.Ordinal);
        await ResumeAsync(here, stop).ConfigureAwait(false);
        try
        {
            await FollowQueuesAsync([.. derivers.Outside.Where(d => d.Definition.Queue is not null && here.Contains(d.Name))], stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The worker stops.
        }
    }

    /// <summary>Looks as often as the work list is looked through; reads evaluations only when somebody has come.</summary>
    private async Task FollowQueuesAsync(IReadOnlyList<IOutsideDeriver> queues, CancellationToken stop)
    {
        var looks = queues.ToDictionary(q => q.Name, _ => LooksAfterComing, StringComparer.Ordinal);
        while (queues.Count > 0)
        {
            await Task.Delay(options.SweepEvery, time, stop).ConfigureAwait(false);
            var came = new HashSet<string>(StringComparer.Ordinal);
            foreach (var queue in queues)
            {
                if (!await queue.IsServedAsync(stop).ConfigureAwait(false))
                {
                    looks[queue.Name] = LooksAfterComing;
                }
                else if (looks[queue.Name] > 0)
                {
                    looks[queue.Name]--;
                    came.Add(queue.Name);
                }
            }

            await ResumeAsync(came, stop).ConfigureAwait(false);
        }
    }

    private async Task ResumeAsync(HashSet<string> here, CancellationToken stop)
    {
        if (here.Count == 0)
        {
            return;
        }

        try
        {
            await ports.ReadModels.WaitForAsync(await ports.Events.HeadAsync(stop).ConfigureAwait(false), stop).ConfigureAwait(false);
            foreach (var dataset in await ports.ReadModels.Entries.ListAsync([DatasetKind.Recording], stop).ConfigureAwait(false))
            {
                if (!dataset.IsPin)
                {
                    await ResumeAsync(dataset.Dataset, here, stop).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The worker stops; the next one looks again.
        }
#pragma warning disable CA1031 // What is not resumed here stands as failed, with the command that resumes it.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            logger.LogWarning("What failed for want of a deriver that is here now was not looked through: {Message}", fault.Message);
            logger.LogDebug(fault, "Where it happened");
        }
    }

    private async Task ResumeAsync(DatasetId dataset, HashSet<string> here, CancellationToken stop)
    {
        var rules = (await ports.ReadModels.Rules.ReadAsync(dataset, asOf: null, stop).ConfigureAwait(false)).Where(r => here.Contains(r.Deriver)).Select(r => r.Rule).ToHashSet(StringComparer.Ordinal);
        if (rules.Count == 0)
        {
            return;
        }

        var missed = (await ports.ReadModels.Evaluations.ReadAsync(dataset, segment: null, asOf: null, stop).ConfigureAwait(false))
            .Where(e => e is { Outcome: "failed", Reason: FailureReasons.DeriverMissing, Current: true } && rules.Contains(e.Rule))
            .ToList();
        foreach (var evaluation in missed)
        {
            await ports.Registrar.ResumeRuleAsync(dataset, evaluation.Rule, evaluation.Segment, Source, stop).ConfigureAwait(false);
        }

        if (missed.Count > 0)
        {
            logger.LogInformation("{Count} evaluations are tried again, since their deriver is here now", missed.Count);
        }
    }
}
