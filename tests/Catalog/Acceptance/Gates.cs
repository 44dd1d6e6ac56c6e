using System.Reflection;
using Strata.Contracts;
using Strata.EventStore;
using Strata.Registrar;

namespace Strata.Catalog.Tests.Acceptance;

/// <summary>Holds a worker before it records what it came to, and a client's call after it has read the segment, for as long as a test wants.</summary>
internal sealed class Gates
{
    private readonly AsyncLocal<bool> _isClient = new();
    private volatile WorkerGate? _worker;
    private volatile ClientGate? _client;

    /// <summary>Called with each batch that a worker records.</summary>
    public Func<CancellationToken, Task> BeforeRecord { get; set; } = _ => Task.CompletedTask;

    public WorkerGate HoldWorker(DatasetId dataset, string rule) => _worker = new(dataset, rule);

    public ClientGate HoldClient(DatasetId dataset, string segment) => _client = new(StreamIds.Segment(dataset, segment));

    public IRegistrar Around(IRegistrar registrar) => GatedRegistrar.Of(registrar, this);

    public IEventStore Around(IEventStore store) => new GatedStore(store, this);

    private Task<RegisterOutcome> RegisterAsync(IRegistrar inner, RegisterRecordings command, IProgress<RegisterProgress>? progress, CancellationToken cancellationToken)
    {
        _isClient.Value = true;
        return inner.RegisterAsync(command, progress, cancellationToken);
    }

    private async Task<IReadOnlyList<EvaluationAnswer>> RecordAsync(IRegistrar inner, IReadOnlyList<Evaluation> evaluations, CancellationToken cancellationToken)
    {
        await BeforeRecord(cancellationToken);
        var gate = _worker is { } held && evaluations.Any(held.Is) ? held : null;
        await (gate?.PassAsync(cancellationToken) ?? Task.CompletedTask);
        var answers = await inner.RecordEvaluationsAsync(evaluations, cancellationToken);
        gate?.Answer(evaluations, answers);
        return answers;
    }

    /// <summary>Two methods have a gate; all others go straight through, whatever they are.</summary>
#pragma warning disable CA1852 // DispatchProxy makes its own class of it at run time
    private class GatedRegistrar : DispatchProxy
#pragma warning restore CA1852
    {
        private IRegistrar _inner = null!;
        private Gates _gates = null!;

        public static IRegistrar Of(IRegistrar inner, Gates gates)
        {
            var proxy = Create<IRegistrar, GatedRegistrar>();
            ((GatedRegistrar)(object)proxy)._inner = inner;
            ((GatedRegistrar)(object)proxy)._gates = gates;
            return proxy;
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => targetMethod!.Name switch
        {
            nameof(IRegistrar.RegisterAsync) => _gates.RegisterAsync(_inner, (RegisterRecordings)args![0]!, (IProgress<RegisterProgress>?)args[1], (CancellationToken)args[2]!),
            nameof(IRegistrar.RecordEvaluationsAsync) => _gates.RecordAsync(_inner, (IReadOnlyList<Evaluation>)args![0]!, (CancellationToken)args[1]!),
            _ => targetMethod.Invoke(_inner, BindingFlags.DoNotWrapExceptions, binder: null, args, culture: null),
        };
    }

    private sealed class GatedStore(IEventStore inner, Gates gates) : IEventStore
    {
        public Task<AppendResult> AppendAsync(Append append, CancellationToken cancellationToken) => inner.AppendAsync(append, cancellationToken);

        public Task<EventPage> ReadAsync(long afterPosition, int maxEvents, CancellationToken cancellationToken) => inner.ReadAsync(afterPosition, maxEvents, cancellationToken);

        public async Task<IReadOnlyList<StreamState>> ReadStreamsAsync(IReadOnlyList<string> streamIds, CancellationToken cancellationToken)
        {
            var read = await inner.ReadStreamsAsync(streamIds, cancellationToken);
            if (gates._isClient.Value && gates._client is { } gate && streamIds.Contains(gate.Stream))
            {
                await gate.PassAsync(cancellationToken);
            }

            return read;
        }

        public Task<long> HeadAsync(CancellationToken cancellationToken) => inner.HeadAsync(cancellationToken);

        public Task WaitForEventsAsync(long afterPosition, CancellationToken cancellationToken) => inner.WaitForEventsAsync(afterPosition, cancellationToken);

        public Task<IReadOnlyDictionary<Sha256Digest, ReadOnlyMemory<byte>>> ReadBlobsAsync(IReadOnlyCollection<Sha256Digest> hashes, CancellationToken cancellationToken) =>
            inner.ReadBlobsAsync(hashes, cancellationToken);

        public Task<IReadOnlyList<GuardRow>> ReadGuardsAsync(string scope, CancellationToken cancellationToken) => inner.ReadGuardsAsync(scope, cancellationToken);
    }
}

/// <summary>A worker that has an evaluation of one rule in one dataset waits here.</summary>
internal sealed class WorkerGate(DatasetId dataset, string rule)
{
    private readonly TaskCompletionSource _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<EvaluationAnswer> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Arrived => _arrived.Task;

    public Task<EvaluationAnswer> Answered => _answer.Task;

    public bool Is(Evaluation evaluation) => evaluation.Dataset == dataset && evaluation.Rule == rule;

    public void Open() => _opened.TrySetResult();

    public async Task PassAsync(CancellationToken cancellationToken)
    {
        _arrived.TrySetResult();
        await _opened.Task.WaitAsync(cancellationToken);
    }

    public void Answer(IReadOnlyList<Evaluation> evaluations, IReadOnlyList<EvaluationAnswer> answers) =>
        _answer.TrySetResult(answers.First(a => a.WorkId == evaluations.First(Is).WorkId));
}

/// <summary>A client's call that has read the segment waits here, once, with what it has read.</summary>
internal sealed class ClientGate(string stream)
{
    private readonly TaskCompletionSource _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Stream => stream;

    public Task Arrived => _arrived.Task;

    public void Open() => _opened.TrySetResult();

    public async Task PassAsync(CancellationToken cancellationToken)
    {
        _arrived.TrySetResult();
        await _opened.Task.WaitAsync(cancellationToken);
    }
}
