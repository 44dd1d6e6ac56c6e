using Strata.Contracts;
using Strata.EventStore;

namespace Strata.Cli;

/// <summary>The files that the events of a log name, each once, and which of them were let go of.</summary>
internal sealed class NamedFiles
{
    // Location → the last event that names it.
    private readonly Dictionary<string, long> _copies = new(StringComparer.Ordinal);
    private readonly HashSet<string> _released = new(StringComparer.Ordinal);
    private readonly HashSet<string> _references = new(StringComparer.Ordinal);
    private readonly HashSet<string> _purged = new(StringComparer.Ordinal);

    /// <summary>Those that should be there.</summary>
    public IReadOnlyCollection<string> Copies => [.. _copies.Keys.Where(l => !_released.Contains(l))];

    public long Released => _released.Count;

    public long References => _references.Count;

    /// <summary>Whether it may rightly be gone: it was purged, and nothing registered since names it.</summary>
    public bool MayBeGone(string location) => _purged.Contains(location);

    public void Take(LogRecord.Event recorded)
    {
        if (recorded.Type is not ("layer_registered" or "recording_quarantined" or "bytes_released" or "recording_purged"))
        {
            return;
        }

        switch (EventReader.Read(recorded.Type, recorded.DataJson.Span))
        {
            case LayerRegistered layer:
                Name(layer.Kept, recorded.Position);
                break;
            case RecordingQuarantined { Kept: { } kept }:
                Name(kept, recorded.Position);
                break;
            case RecordingPurged purged:
                _purged.UnionWith(purged.Layers.Select(l => l.Location).OfType<string>());
                break;
            // What was named while it was decided holds the file all the same.
            case BytesReleased released when _copies.GetValueOrDefault(released.Location) <= released.AsOfPosition:
                _released.Add(released.Location);
                break;
        }
    }

    private void Name(KeptBytes kept, long position)
    {
        if (kept.Mode == KeepMode.Copy)
        {
            _copies[kept.Location] = position;
            _released.Remove(kept.Location);
            _purged.Remove(kept.Location);
        }
        else
        {
            _references.Add(kept.Location);
        }
    }
}
