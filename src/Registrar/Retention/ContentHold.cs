using Strata.Contracts;

namespace Strata.Registrar;

/// <summary>Something of a dataset that stands on one file, from one position of the log to another.</summary>
/// <param name="layer">Null for a recording in quarantine.</param>
/// <param name="from">The event that named the file.</param>
internal sealed class ContentHold(DatasetId dataset, string? layer, EventSource source, KeptBytes kept, long sizeBytes, long from)
{
    public DatasetId Dataset { get; } = dataset;

    public string? Layer { get; } = layer;

    /// <summary>Null for a recording in quarantine.</summary>
    public string? Segment { get; init; }

    public EventSource Source { get; } = source;

    public KeptBytes Kept { get; } = kept;

    /// <summary>Of the whole file.</summary>
    public long SizeBytes { get; } = sizeBytes;

    public long From { get; } = from;

    /// <summary>The event that ended it, in <see cref="From"/>'s terms the first position at which it stands no more.</summary>
    public long To { get; private set; } = long.MaxValue;

    public long EndedAtNs { get; private set; }

    public bool IsOpen => To == long.MaxValue;

    public bool StandsAt(long position) => From <= position && position < To;

    public void End(long position, long atNs) => (To, EndedAtNs) = (position, atNs);
}

/// <summary>Why a file of the store may or may not go.</summary>
internal enum ContentState
{
    /// <summary>No event ever named it.</summary>
    Unnamed,
    Standing,
    Quarantined,

    /// <summary>Superseded, and a pin shows it.</summary>
    Pinned,

    /// <summary>Superseded, and for less long than its dataset keeps it.</summary>
    Retained,

    /// <summary>Superseded, and nobody holds it.</summary>
    Free,

    /// <summary>Let go of in the log, and not named again.</summary>
    Released,
}
