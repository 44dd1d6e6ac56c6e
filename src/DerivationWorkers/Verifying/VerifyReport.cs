using Strata.EventStore;

namespace Strata.DerivationWorkers;

/// <summary>What <c>strata verify --json</c> prints. Source: DESIGN §12.</summary>
/// <param name="Checked">Layers looked at.</param>
/// <param name="Equal">Layers of which everything was as the log says: the sum of the three ways.</param>
/// <param name="EqualBytes">Of those, by the SHA-256 of the whole file and, where derived, by the same bytes from a new derivation.</param>
/// <param name="EqualContent">Of those, derived by another version of the deriver or with another writer profile: a new derivation has the same rows.</param>
/// <param name="EqualReference">Of those, files that are only referred to and whose SHA-256 nobody recorded: size, time, end and fingerprint are those registered, and every chunk can be read.</param>
/// <param name="OtherVersions">The layers behind <paramref name="EqualContent"/>.</param>
/// <param name="ReadBytes">Of kept files and inputs, each counted once a segment.</param>
public sealed record VerifyReport(
    long Checked,
    long Equal,
    IReadOnlyList<VerifyDifference> Different,
    long EqualBytes,
    long EqualContent,
    long EqualReference,
    IReadOnlyList<OtherVersion> OtherVersions,
    long ReadBytes,
    double Seconds)
{
    /// <summary>Segments of whose layers nothing was read, since they were purged after the state that was looked at.</summary>
    public IReadOnlyList<PurgedSegment> Purged { get; init; } = [];
}

/// <param name="What">One of <see cref="VerifySubjects"/>.</param>
/// <param name="File">Where the bytes lie, as the log names them; null where no file is at fault.</param>
/// <param name="Place">In the file, or in what it holds: byte, chunk, entity, component, row. Null where it cannot be told.</param>
/// <param name="Versions">Who made the layer and what this program has instead; null where they are the same.</param>
public sealed record VerifyDifference(string Segment, string Layer, string What, string Expected, string Found, string? File, string? Place, string? Versions)
{
    /// <summary>The file is the layer's own and is at fault itself: <see cref="Rule"/> derives it again, or the recording is to be registered again.</summary>
    public bool IsFileAtFault { get; init; }

    /// <summary>Which rule derived the layer; null: it was given.</summary>
    public string? Rule { get; init; }
}

/// <summary>A layer that another version made, with the same rows as this program would give it.</summary>
public sealed record OtherVersion(string Segment, string Layer, string Versions);

/// <param name="DoneBytes">Of kept files.</param>
/// <param name="TotalBytes">About; 0 while it is not known.</param>
public sealed record VerifyProgress(long DoneBytes, long TotalBytes);

/// <summary>What was compared when a difference was found.</summary>
public static class VerifySubjects
{
    /// <summary>The file is there, can be opened and, where it is referred to, is as old and as large as it was.</summary>
    public const string Recording = "recording";

    /// <summary>The whole file.</summary>
    public const string FileSha256 = "file_sha256";

    /// <summary>The recording inside the file.</summary>
    public const string Fingerprint = "fingerprint";

    /// <summary>One chunk of it.</summary>
    public const string Chunk = "chunk";

    /// <summary>A layer from which the one in question was derived.</summary>
    public const string Input = "input";

    /// <summary>A new derivation by the same version.</summary>
    public const string Derivation = "derivation";

    /// <summary>A new derivation by another version or with another writer profile: no sign of damage.</summary>
    public const string Version = "version";
}
