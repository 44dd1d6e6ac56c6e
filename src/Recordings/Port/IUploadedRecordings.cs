using Strata.Contracts;

namespace Strata.Recordings;

/// <summary>Files that clients sent to the store before they said what they are; the receipt is the file's SHA-256.</summary>
public interface IUploadedRecordings
{
    /// <returns>Null where it is not there, not whole yet, or not any more.</returns>
    Task<KeptFile?> FindAsync(Sha256Digest receipt, CancellationToken cancellationToken);
}
