using Strata.Contracts;

namespace Strata.Recordings;

/// <summary>Files that clients sent to the store before they said what they are; the receipt is the file's SHA-256.</summary>
public interface IUploadedRecordings
{
    /// <summary>
    /// What a receipt stands for, to be registered as bytes that are kept already. Who finds it has the age of an orphan to register it, also while gc runs; the store's
    /// <see cref="IRecordingStore.HoldAsync"/>, which registering takes, keeps it from then until its event.
    /// </summary>
    /// <returns>Null where nothing whole is there, or not any more: it is to be uploaded again.</returns>
    Task<KeptFile?> FindAsync(Sha256Digest receipt, CancellationToken cancellationToken);
}
