using Strata.Contracts;

namespace Strata.Recordings;

/// <summary>Where the bytes of recordings lie. Source: DESIGN §4.1, rules 12 and 15.</summary>
public interface IRecordingStore
{
    /// <summary>
    /// Makes the bytes at <paramref name="source"/> durable under <paramref name="mode"/> before any event names them: a copy (content-addressed, reflink where the
    /// file system can, temp + fsync + rename + fsync of the folder), or a checked reference.
    /// </summary>
    Task<KeptFile> KeepAsync(RecordingSource source, KeepMode mode, CancellationToken cancellationToken);

    /// <summary>Many files with their flushes to disk grouped.</summary>
    Task<IReadOnlyList<KeptFile>> KeepAllAsync(IReadOnlyList<RecordingSource> sources, KeepMode mode, CancellationToken cancellationToken);

    /// <summary>Files that Strata itself made, written together with grouped flushes; content-addressed, so the same bytes again are the same file.</summary>
    Task<IReadOnlyList<KeptFile>> WriteAllAsync(IReadOnlyList<ReadOnlyMemory<byte>> files, CancellationToken cancellationToken);

    /// <summary>Whether a path lies in the folders that may be opened, before anything is looked up there.</summary>
    bool MayOpen(string path);

    /// <summary>Opens a file that is not kept yet, under the same rules as keeping it.</summary>
    /// <exception cref="RecordingMissingException">There is no such file.</exception>
    /// <exception cref="RecordingRefusedException">It is no file, or lies outside the allowed roots.</exception>
    OpenedSource OpenSource(RecordingSource source);

    /// <summary>Whether the file is still what was opened.</summary>
    bool IsUnchanged(RecordingSource source, SourceStamp stamp);

    /// <summary>Opens for reading; a reference is re-checked first.</summary>
    /// <exception cref="RecordingMissingException">The file is not there any more.</exception>
    /// <exception cref="RecordingChangedException">A referenced file is not what was registered.</exception>
    IOpenRecording Open(KeptBytes kept);

    /// <summary>Removes bytes that no event names and that are older than <paramref name="olderThan"/>.</summary>
    Task<int> CollectOrphansAsync(Func<string, CancellationToken, Task<bool>> isNamed, TimeSpan olderThan, CancellationToken cancellationToken);
}

/// <param name="Path">Absolute path of a local file.</param>
/// <param name="StorageUrl">What the client sent, shown unchanged in tables.</param>
public sealed record RecordingSource(string Path, string StorageUrl);

/// <summary>What tells two states of a source apart without reading it.</summary>
public sealed record SourceStamp(long SizeBytes, long ModifiedAtNs);

/// <param name="Bytes">To be disposed by the caller.</param>
public sealed record OpenedSource(IOpenRecording Bytes, SourceStamp Stamp);

/// <param name="FileSha256">Of the whole file; null for a reference, whose bytes did not pass through.</param>
public sealed record KeptFile(KeptBytes Kept, long SizeBytes, Sha256Digest? FileSha256);
