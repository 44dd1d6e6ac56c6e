using Strata.Contracts;
using Strata.EventStore;

namespace Strata.Registrar;

/// <summary>
/// Who holds which file, folded from the log: each layer and each recording in quarantine for as long as it stands, pins for what stood as of their position, retention
/// for what ended. Pure: the time is handed in. Source: DESIGN rules 9 and 15.
/// </summary>
internal sealed class ContentHolds
{
    private readonly Dictionary<string, Content> _contents = new(StringComparer.Ordinal);
    private readonly Dictionary<(DatasetId Dataset, string Segment, string Layer), ContentHold> _layers = [];
    private readonly Dictionary<Sha256Digest, ContentHold> _quarantined = [];
    private readonly DatasetKeeping _keeping = new();

    /// <summary>The last event that was folded.</summary>
    public long Position { get; private set; }

    public string LabelOf(DatasetId dataset) => _keeping.LabelOf(dataset);

    public IReadOnlyList<ContentHold> Of(string location) => _contents.TryGetValue(location, out var content) ? content.Holds : [];

    /// <summary>All that stands now, whether its bytes are ours or only referred to.</summary>
    public IEnumerable<ContentHold> Standing => _layers.Values;

    /// <summary>When the last of its holders ended, and 0 where one stands or none ever did.</summary>
    public long EndedAtNs(string location) => Of(location) is { Count: > 0 } holds && holds.All(h => !h.IsOpen) ? holds.Max(h => h.EndedAtNs) : 0;

    public long ReleasedAtNs(string location) => _contents.TryGetValue(location, out var content) ? content.ReleasedAtNs ?? 0 : 0;

    public void Apply(RecordedEvent recorded)
    {
        var (position, at) = (recorded.Position, recorded.RecordedAtNs);
        _keeping.Apply(recorded.Event, position);
        switch (recorded.Event)
        {
            case LayerRegistered e:
                End(_layers, (e.Dataset, e.Segment, e.Layer), position, at);
                _layers[(e.Dataset, e.Segment, e.Layer)] = Name(new(e.Dataset, e.Layer, e.Source, e.Kept, e.FileSizeBytes, position) { Segment = e.Segment });
                break;
            case LayerUnregistered e:
                End(_layers, (e.Dataset, e.Segment, e.Layer), position, at);
                break;
            case RecordingPurged e:
                Forget(e);
                break;
            case DatasetDeleted e:
                foreach (var key in _layers.Keys.Where(k => k.Dataset == e.Dataset).ToList())
                {
                    End(_layers, key, position, at);
                }

                break;
            case RecordingQuarantined { Kept: { } kept } e:
                End(_quarantined, e.QuarantineId, position, at);
                _quarantined[e.QuarantineId] = Name(new(e.Dataset, null, e.Source, kept, e.SizeBytes, position));
                break;
            case RecordingReleased e:
                End(_quarantined, e.QuarantineId, position, at);
                break;
            case RecordingDiscarded e:
                End(_quarantined, e.QuarantineId, position, at);
                break;
            case BytesReleased e when StateOf(e.Location, at) == ContentState.Free:
                // What came between the decision and this event counts: who was named again, pinned or kept longer is not let go of.
                _contents[e.Location].ReleasedAtNs = at;
                break;
        }

        Position = position;
    }

    /// <param name="nowNs">By which retention is over or not.</param>
    public ContentState StateOf(string location, long nowNs)
    {
        if (!_contents.TryGetValue(location, out var content))
        {
            return ContentState.Unnamed;
        }

        var open = content.Holds.Where(h => h.IsOpen).ToList();
        return open.Exists(h => h.Layer is not null) ? ContentState.Standing
            : open.Count > 0 ? ContentState.Quarantined
            : content.ReleasedAtNs is not null ? ContentState.Released
            : content.Holds.Exists(_keeping.IsPinned) ? ContentState.Pinned
            : content.Holds.Exists(h => _keeping.IsRetained(h, nowNs)) ? ContentState.Retained
            : ContentState.Free;
    }

    private ContentHold Name(ContentHold hold)
    {
        if (hold.Kept.Mode == KeepMode.Copy)
        {
            if (!_contents.TryGetValue(hold.Kept.Location, out var content))
            {
                content = new();
                _contents.Add(hold.Kept.Location, content);
            }

            content.Holds.Add(hold);
            content.ReleasedAtNs = null;
        }

        return hold;
    }

    /// <summary>Neither a pin nor a retention keeps what was purged; a file of it that is left over from a crash is an orphan.</summary>
    private void Forget(RecordingPurged purged)
    {
        foreach (var location in purged.Layers.Select(l => l.Location).OfType<string>().Distinct(StringComparer.Ordinal))
        {
            Forget(location, h => h.Dataset == purged.Dataset && h.Segment == purged.Segment && !h.IsOpen);
        }

        foreach (var location in purged.Discarded)
        {
            Forget(location, h => h is { Layer: null, IsOpen: false });
        }
    }

    private void Forget(string location, Predicate<ContentHold> isGone)
    {
        if (_contents.TryGetValue(location, out var content) && content.Holds.RemoveAll(isGone) > 0 && content.Holds.Count == 0)
        {
            _contents.Remove(location);
        }
    }

    private static void End<TKey>(Dictionary<TKey, ContentHold> standing, TKey key, long position, long at)
        where TKey : notnull
    {
        if (standing.Remove(key, out var hold))
        {
            hold.End(position, at);
        }
    }

    private sealed class Content
    {
        public List<ContentHold> Holds { get; } = new(1);

        public long? ReleasedAtNs { get; set; }
    }
}
