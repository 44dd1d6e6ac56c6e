using Strata.Contracts;
using Strata.EventStore;

namespace Strata.Registrar;

/// <summary>A folded stream and the version at which it was read.</summary>
internal readonly record struct Versioned<TState>(TState State, long Version);

/// <summary>Streams as they stood when one attempt read them, folded on demand; read in batches, since a call may name thousands.</summary>
internal sealed class LoadedStreams(IEventStore store)
{
    /// <summary>Streams of one round trip: bounds the size of a query and of its answer.</summary>
    private const int StreamsPerRead = 1_000;

    private readonly Dictionary<string, StreamState> _streams = new(StringComparer.Ordinal);

    public async Task LoadAsync(IEnumerable<string> streamIds, CancellationToken cancellationToken)
    {
        foreach (var batch in streamIds.Where(id => !_streams.ContainsKey(id)).Distinct(StringComparer.Ordinal).Chunk(StreamsPerRead))
        {
            foreach (var stream in await store.ReadStreamsAsync(batch, cancellationToken))
            {
                _streams[stream.StreamId] = stream;
            }
        }
    }

    public Versioned<DatasetState> Dataset(DatasetId dataset) => Fold(StreamIds.Dataset(dataset), DatasetState.Empty, (s, e, p) => s.Apply(e, p));

    public Versioned<SegmentState> Segment(DatasetId dataset, string segment) => Fold(StreamIds.Segment(dataset, segment), SegmentState.Empty, (s, e, p) => s.Apply(e, p));

    public Versioned<EvaluationState> Evaluations(DatasetId dataset, string segment) =>
        Fold(StreamIds.Evaluation(dataset, segment), EvaluationState.Empty, (s, e, p) => s.Apply(e, p));

    public Versioned<QuarantineState> Quarantine(Sha256Digest quarantineId) => Fold(StreamIds.Quarantine(quarantineId), QuarantineState.Empty, (s, e, p) => s.Apply(e, p));

    public Versioned<BackfillState> Backfill(string backfillId) => Fold(StreamIds.Backfill(backfillId), BackfillState.Empty, (s, e, p) => s.Apply(e, p));

    public Versioned<MessageState> Message(string commandId) => Fold(StreamIds.Message(commandId), MessageState.Empty, (s, e, p) => s.Apply(e, p));

    /// <summary>What this command appended to the stream before, when its answer was lost.</summary>
    public IEnumerable<RecordedEvent> AppendedBy(string streamId, string commandId) =>
        _streams.TryGetValue(streamId, out var stream) ? stream.Events.Where(e => e.CommandId == commandId) : [];

    public bool IsLoaded(string streamId) => _streams.ContainsKey(streamId);

    public StreamState Raw(string streamId) => _streams[streamId];

    private Versioned<TState> Fold<TState>(string streamId, TState empty, Func<TState, StrataEvent, long, TState> apply)
    {
        if (!_streams.TryGetValue(streamId, out var stream))
        {
            throw new InvalidOperationException($"stream '{streamId}' was not loaded before it was asked for");
        }

        var state = empty;
        foreach (var recorded in stream.Events)
        {
            state = apply(state, recorded.Event, recorded.Position);
        }

        return new(state, stream.Version);
    }
}
