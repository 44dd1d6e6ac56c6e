using Strata.Contracts;

namespace Strata.Recordings;

/// <summary>Files named by their own SHA-256: the same bytes are one file. Source: DESIGN §4.1, rule 15.</summary>
internal interface IContent
{
    /// <summary>Copies that are best made side by side.</summary>
    int ParallelCopies { get; }

    /// <summary>Files of memory that are best written side by side.</summary>
    int ParallelWrites { get; }

    /// <summary>Takes the bytes of a local file.</summary>
    /// <param name="wanted">What they must be; null: anything.</param>
    /// <returns>Null: they are something else.</returns>
    /// <exception cref="RecordingRefusedException">It has no size that bounds the copy.</exception>
    /// <exception cref="RecordingStorageException">They could not be written.</exception>
    ValueTask<PendingFile?> TakeAsync(string path, Sha256Digest? wanted, CancellationToken cancellationToken);

    /// <exception cref="RecordingStorageException">They could not be written.</exception>
    ValueTask<PendingFile> TakeAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken);

    /// <summary>What is kept with these very bytes, made young again so that no gc takes it for an orphan.</summary>
    /// <returns>Null: it is not there, or is damaged.</returns>
    ValueTask<PendingFile?> FindAsync(Sha256Digest hash, CancellationToken cancellationToken);

    /// <summary>Makes a received file stand for good, under its name. It may be gone from where it was.</summary>
    /// <exception cref="RecordingStorageException">It could not be written.</exception>
    Task<PendingFile> AdoptAsync(ReceivedFile file, CancellationToken cancellationToken);

    /// <summary>Makes all that was taken stand for good, under its name.</summary>
    Task PublishAsync(IReadOnlyList<PendingFile> files, CancellationToken cancellationToken);

    /// <summary>Gives up what was taken and is not to stand.</summary>
    void Discard(IEnumerable<PendingFile> files);

    /// <exception cref="RecordingRefusedException">The location is none of this store.</exception>
    /// <exception cref="RecordingMissingException">It is not there.</exception>
    ValueTask<IOpenRecording> OpenAsync(string location, CancellationToken cancellationToken);

    /// <inheritdoc cref="IRecordingStore.OpenAnewAsync"/>
    ValueTask<IOpenRecording> OpenAnewAsync(string location, CancellationToken cancellationToken);

    ValueTask<bool> IsThereAsync(string location, CancellationToken cancellationToken);

    /// <summary>Whether the file of this location is there with the bytes that its name says.</summary>
    ValueTask<bool> IsWholeAsync(string location, CancellationToken cancellationToken);

    /// <summary>Every file that this store wrote. What somebody else put there is not ours to judge.</summary>
    IAsyncEnumerable<StoredFile> AllAsync(CancellationToken cancellationToken);

    /// <returns>False when it is not there, or not as it was listed: then it is kept anew, or being so.</returns>
    Task<bool> RemoveAsync(StoredFile file, CancellationToken cancellationToken);

    /// <summary>Says for good that somebody is about to remove.</summary>
    Task MarkAsync(CancellationToken cancellationToken);

    Task UnmarkAsync(CancellationToken cancellationToken);

    ValueTask<bool> IsMarkedAsync(CancellationToken cancellationToken);
}

/// <param name="TemporaryPath">Of a file that has not got its name yet; null for what is kept already.</param>
internal readonly record struct PendingFile(Sha256Digest Hash, long SizeBytes, string? TemporaryPath);
