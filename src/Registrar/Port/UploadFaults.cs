using Strata.EventStore;
using Strata.Recordings;

namespace Strata.Registrar;

public static class UploadFaults
{
    private const string ThenAgain = "then send it again";

    /// <summary>An upload is kept only where the log and the store of recordings both answer: what to see to when one of them does not.</summary>
    public static string NextOf(Exception failure) => failure switch
    {
        LogStorageException { IsAway: true } => $"start the database, or see why it cannot be reached, {ThenAgain}",
        LogStorageException => $"see to the storage of the log, {ThenAgain}",
        RecordingStorageException { InnerException: ForeignStoreException { Next: { } next } } => next,
        RecordingStorageException { Location: var place } when place.StartsWith("s3://", StringComparison.Ordinal) => $"see to the bucket and its object store, {ThenAgain}",
        _ => $"see to the server's disk, {ThenAgain}",
    };
}
