using System.Collections.Immutable;
using Strata.Contracts;
using Strata.EventStore;

namespace Strata.Bus.Tests;

/// <summary>A log in memory with what the relay uses of the port.</summary>
internal sealed class MemoryLog : IEventStore
{
    private readonly Lock _lock = new();
    private ImmutableList<RecordedEvent> _events = [];
    private TaskCompletionSource _appended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public long Append(params IEnumerable<StrataEvent> events)
    {
        lock (_lock)
        {
            foreach (var @event in events)
            {
                var position = _events.Count + 1;
                var stream = StreamOf(@event);
                var version = _events.Count(e => e.StreamId == stream) + 1;
                _events = _events.Add(new(position, Guid.Empty, stream, version, EventTypes.NameOf(@event), 1_000 + position, "test", @event));
            }

            _appended.TrySetResult();
            _appended = new(TaskCreationOptions.RunContinuationsAsynchronously);
            return _events.Count;
        }
    }

    public Task<EventPage> ReadAsync(long afterPosition, int maxEvents, CancellationToken cancellationToken)
    {
        var page = _events.Where(e => e.Position > afterPosition).Take(maxEvents).ToImmutableArray();
        return Task.FromResult(new EventPage(page, page.IsEmpty ? afterPosition : page[^1].Position));
    }

    public Task<IReadOnlyList<StreamState>> ReadStreamsAsync(IReadOnlyList<string> streamIds, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<StreamState>>(
            [.. streamIds.Select(id => (Id: id, Events: _events.Where(e => e.StreamId == id).ToImmutableArray())).Select(s => new StreamState(s.Id, s.Events.Length, s.Events))]);

    public Task<long> HeadAsync(CancellationToken cancellationToken) => Task.FromResult<long>(_events.Count);

    public async Task WaitForEventsAsync(long afterPosition, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task appended;
            lock (_lock)
            {
                if (_events.Count > afterPosition)
                {
                    return;
                }

                appended = _appended.Task;
            }

            await appended.WaitAsync(cancellationToken);
        }
    }

    public Task<AppendResult> AppendAsync(Append append, CancellationToken cancellationToken) => throw new NotSupportedException("the relay appends nothing");

    public Task<IReadOnlyDictionary<Sha256Digest, ReadOnlyMemory<byte>>> ReadBlobsAsync(IReadOnlyCollection<Sha256Digest> hashes, CancellationToken cancellationToken) =>
        throw new NotSupportedException("the relay reads no blobs");

    public Task<IReadOnlyList<GuardRow>> ReadGuardsAsync(string scope, CancellationToken cancellationToken) => throw new NotSupportedException("the relay reads no guards");

    private static string StreamOf(StrataEvent @event) => @event switch
    {
        DatasetCreated e => StreamIds.Dataset(e.Dataset),
        RuleRetired e => StreamIds.Dataset(e.Dataset),
        RuleDeclared e => StreamIds.Dataset(e.Dataset),
        RuleResumed e => StreamIds.Dataset(e.Dataset),
        LayerRegistered e => StreamIds.Segment(e.Dataset, e.Segment),
        LayerUnregistered e => StreamIds.Segment(e.Dataset, e.Segment),
        _ => throw new NotSupportedException(@event.GetType().Name),
    };
}
