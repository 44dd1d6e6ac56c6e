using Strata.Contracts;
using Strata.EventStore;

namespace Strata.Cli;

/// <summary>The files that the events of a log name, each once, and which of them were let go of.</summary>
internal sealed class NamedFiles
{
    private readonly Dictionary<string, NamedFile> _copies = new(StringComparer.Ordinal);
    private readonly HashSet<string> _released = new(StringComparer.Ordinal);
    private readonly HashSet<string> _references = new(StringComparer.Ordinal);

    public long Released => _released.Count;

    public long References => _references.Count;

    /// <summary>Those that should be there.</summary>
    /// <param name="purged">What purged segments alone held.</param>
    public IReadOnlyList<NamedFile> Copies(IReadOnlySet<string> purged) => [.. _copies.Values.Where(f => !_released.Contains(f.Location) && !purged.Contains(f.Location))];

    public void Take(LogRecord record)
    {
        if (record is not LogRecord.Event { Type: "layer_registered" or "recording_quarantined" or "bytes_released" } recorded)
        {
            return;
        }

        Take(EventReader.Read(recorded.Type, recorded.DataJson.Span), recorded.Position);
    }

    public void Take(StrataEvent @event, long position)
    {
        switch (@event)
        {
            case LayerRegistered layer:
                Name(layer.Kept, layer.FileSizeBytes, position);
                break;
            case RecordingQuarantined { Kept: { } kept } quarantined:
                Name(kept, quarantined.SizeBytes, position);
                break;
            // What was named while it was decided holds the file all the same.
            case BytesReleased released when (_copies.GetValueOrDefault(released.Location)?.Position ?? 0) <= released.AsOfPosition:
                _released.Add(released.Location);
                break;
        }
    }

    private void Name(KeptBytes kept, long sizeBytes, long position)
    {
        if (kept.Mode == KeepMode.Copy)
        {
            _copies[kept.Location] = new(kept.Location, sizeBytes, position);
            _released.Remove(kept.Location);
        }
        else
        {
            _references.Add(kept.Location);
        }
    }
}

/// <param name="Location">As events name it; its name is the SHA-256 of its content.</param>
/// <param name="SizeBytes">As the event has it.</param>
/// <param name="Position">Of the last event that names it.</param>
internal sealed record NamedFile(string Location, long SizeBytes, long Position)
{
    /// <summary>Object stores tell times in whole seconds, FAT in steps of two.</summary>
    private const long TimeStepNs = 2_000_000_000;

    /// <summary>Whether there is no reason to read it: its size is right, and nobody wrote to it after the moment until which it is known to have been whole.</summary>
    public bool IsLike(long sizeBytes, long modifiedAtNs, long? wholeUntilNs) => sizeBytes == SizeBytes && modifiedAtNs <= wholeUntilNs - TimeStepNs;
}
