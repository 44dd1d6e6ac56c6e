using Strata.Contracts;
using Strata.EventStore;

namespace Strata.Cli;

/// <summary>The files that the events of a log name, each once.</summary>
internal sealed class NamedFiles
{
    private readonly HashSet<string> _copies = new(StringComparer.Ordinal);
    private readonly HashSet<string> _references = new(StringComparer.Ordinal);
    private readonly HashSet<string> _purged = new(StringComparer.Ordinal);

    public IReadOnlyCollection<string> Copies => _copies;

    public long References => _references.Count;

    /// <summary>Whether it may rightly be gone: it was purged, and nothing registered since names it.</summary>
    public bool MayBeGone(string location) => _purged.Contains(location);

    public void Take(LogRecord.Event recorded)
    {
        if (recorded.Type is not ("layer_registered" or "recording_quarantined" or "recording_purged"))
        {
            return;
        }

        switch (EventReader.Read(recorded.Type, recorded.DataJson.Span))
        {
            case LayerRegistered layer:
                Add(layer.Kept);
                break;
            case RecordingQuarantined { Kept: { } kept }:
                Add(kept);
                break;
            case RecordingPurged purged:
                _purged.UnionWith(purged.Layers.Select(l => l.Location).OfType<string>());
                break;
        }
    }

    private void Add(KeptBytes kept)
    {
        (kept.Mode == KeepMode.Copy ? _copies : _references).Add(kept.Location);
        _purged.Remove(kept.Location);
    }
}
