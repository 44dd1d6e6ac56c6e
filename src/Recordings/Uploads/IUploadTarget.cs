using Strata.Contracts;

namespace Strata.Recordings;

/// <summary>What a recording store offers to those who receive files for it.</summary>
public interface IUploadTarget
{
    /// <summary>A folder of this machine where files lie until they are whole, and from which <see cref="AdoptAsync"/> takes them. The store lists what is in it (<see cref="HalfUploads.List"/>) for gc.</summary>
    string UploadFolder { get; }

    /// <summary>Whether a copy of that name is there, looked at from outside only.</summary>
    bool Holds(Sha256Digest sha256);

    /// <summary>The copy with these very bytes, made young again so that no gc takes it for an orphan; null where it is not there or is damaged.</summary>
    Task<KeptFile?> FindAsync(Sha256Digest sha256, CancellationToken cancellationToken);

    /// <summary>Makes a whole file durable under its name. It is gone from where it was, also when that fails.</summary>
    /// <exception cref="RecordingStorageException">The store could not write.</exception>
    Task<AdoptedFile> AdoptAsync(ReceivedFile file, CancellationToken cancellationToken);
}

/// <param name="Path">In <see cref="IUploadTarget.UploadFolder"/>; nobody else writes it any more.</param>
/// <param name="Sha256">As it was computed from what was received.</param>
public sealed record ReceivedFile(string Path, Sha256Digest Sha256, long SizeBytes);

/// <param name="WasThere">The same bytes were kept already; these ones were dropped.</param>
public sealed record AdoptedFile(KeptFile File, bool WasThere);
