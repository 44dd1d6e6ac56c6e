using Strata.Contracts;
using Strata.EventStore;

namespace Strata.Cli;

/// <summary>The files that the events of a log name, each once.</summary>
internal sealed class NamedFiles
{
    private readonly HashSet<string> _copies = new(StringComparer.Ordinal);
    private readonly HashSet<string> _references = new(StringComparer.Ordinal);

    public IReadOnlyCollection<string> Copies => _copies;

    public long References => _references.Count;

    public void Take(LogRecord.Event recorded)
    {
        if (recorded.Type is not ("layer_registered" or "recording_quarantined"))
        {
            return;
        }

        var kept = EventReader.Read(recorded.Type, recorded.DataJson.Span) switch
        {
            LayerRegistered layer => layer.Kept,
            RecordingQuarantined quarantined => quarantined.Kept,
            _ => null,
        };
        if (kept is not null)
        {
            (kept.Mode == KeepMode.Copy ? _copies : _references).Add(kept.Location);
        }
    }
}
