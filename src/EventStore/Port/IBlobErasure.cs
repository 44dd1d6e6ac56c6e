using Strata.Contracts;

namespace Strata.EventStore;

/// <summary>Takes blobs out of the log for good. Events that name them stay as they are. Who may ask for it and why is not this room's affair.</summary>
public interface IBlobErasure
{
    /// <summary>Those that are not there are passed over. The same content may be appended again later.</summary>
    /// <returns>How many were there.</returns>
    Task<int> EraseBlobsAsync(IReadOnlyCollection<Sha256Digest> hashes, CancellationToken cancellationToken);

    /// <summary>What is still to be done by somebody else, so that of erased blobs nothing is left where the log lies; in words, to follow a colon. Null: nothing.</summary>
    Task<string?> ReadLeftoverAsync(CancellationToken cancellationToken);
}
