using Strata.Arrow;
using Strata.Recordings;
using Strata.Rrd;

namespace Strata.DerivationWorkers;

/// <summary>What a look at a whole kept file said.</summary>
/// <param name="HasHash">Its SHA-256 was recorded, and is the same.</param>
/// <param name="Fault">Null: all is as the log says.</param>
internal sealed record FileProof(bool HasHash, FileFault? Fault);

/// <param name="What">One of <see cref="VerifySubjects"/>.</param>
internal sealed record FileFault(string What, string Expected, string Found, string File, string? Place)
{
    /// <summary>Whether an error tells of a file's bytes. A store that is away says nothing of a file.</summary>
    public static bool IsIn(Exception fault) =>
        fault is (IOException and not RecordingStorageException) or UnauthorizedAccessException or RrdFormatException or ArrowFormatException or InvalidDataException;
}
