using System.Collections.Immutable;
using Strata.Contracts;
using Strata.EventStore;

namespace Strata.Registrar;

/// <summary>Where an event stands in a plan, to find its position after the append.</summary>
internal readonly record struct PlannedEvent(int Stream, int Index);

/// <summary>Gathers what one call appends: streams, guards, blobs.</summary>
internal sealed class AppendPlan
{
    private readonly Dictionary<string, int> _indexOfStream = new(StringComparer.Ordinal);
    private readonly List<(string StreamId, long ExpectedVersion, List<StrataEvent> Events)> _streams = [];
    private readonly List<Guard> _guards = [];
    private readonly HashSet<Guard> _distinctGuards = [];
    private readonly Dictionary<string, string?> _traces = new(StringComparer.Ordinal);

    public bool IsEmpty => _streams.Count == 0;

    public PlannedEvent Add(string streamId, long expectedVersion, StrataEvent @event)
    {
        if (!_indexOfStream.TryGetValue(streamId, out var stream))
        {
            stream = _streams.Count;
            _indexOfStream.Add(streamId, stream);
            _streams.Add((streamId, expectedVersion, []));
        }

        var events = _streams[stream].Events;
        events.Add(@event);
        return new(stream, events.Count - 1);
    }

    /// <summary>What is added to this stream belongs to a trace of its own, and not to that of the call.</summary>
    public void Trace(string streamId, string? traceParent)
    {
        if (traceParent is not null)
        {
            _traces[streamId] = traceParent;
        }
    }

    /// <summary>Guards are checked in the order in which they are added; one that is there already is not added again.</summary>
    public void Guard(Guard guard)
    {
        if (_distinctGuards.Add(guard))
        {
            _guards.Add(guard);
        }
    }

    public Append Build(string commandId, ImmutableArray<Blob> blobs) => new(
        commandId,
        [.. _streams.Select(s => new StreamAppend(s.StreamId, s.ExpectedVersion, [.. s.Events]) { TraceParent = _traces.GetValueOrDefault(s.StreamId) })],
        [.. _guards],
        blobs);

    /// <summary>Finds each event's place in the flat list of positions that an append answers.</summary>
    public Func<PlannedEvent, long> Locate(ImmutableArray<long> positions)
    {
        var offsets = new int[_streams.Count];
        for (var (k, offset) = (0, 0); k < offsets.Length; k++)
        {
            offsets[k] = offset;
            offset += _streams[k].Events.Count;
        }

        return planned => positions[offsets[planned.Stream] + planned.Index];
    }
}
