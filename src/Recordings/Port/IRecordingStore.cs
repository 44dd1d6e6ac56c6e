using System.Collections.Concurrent;
using System.Collections.Immutable;
using Strata.Contracts;
using Strata.Rrd;

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

    /// <summary>The same store for askers of less trust: sources are opened below these folders only, whatever it opens else.</summary>
    /// <returns>Null where the store cannot keep them apart: then nothing is to be opened for such askers.</returns>
    IRecordingStore? OnlyBelow(ImmutableArray<string> folders) => null;

    /// <summary>Opens a file that is not kept yet, under the same rules as keeping it.</summary>
    /// <exception cref="RecordingMissingException">There is no such file.</exception>
    /// <exception cref="RecordingRefusedException">It is no file, or lies outside the allowed roots.</exception>
    /// <param name="folders">Where folders lead, found once for many files of one short call.</param>
    ValueTask<OpenedSource> OpenSourceAsync(RecordingSource source, SourceFolders folders, CancellationToken cancellationToken);

    /// <summary>Whether the file is still what was opened.</summary>
    ValueTask<bool> IsUnchangedAsync(RecordingSource source, SourceStamp stamp, CancellationToken cancellationToken);

    /// <summary>Opens for reading; a reference is re-checked first.</summary>
    /// <exception cref="RecordingMissingException">The file is not there any more.</exception>
    /// <exception cref="RecordingChangedException">A referenced file is not what was registered.</exception>
    ValueTask<IOpenRecording> OpenAsync(KeptBytes kept, CancellationToken cancellationToken);

    /// <summary>
    /// As <see cref="OpenAsync"/>, for who proves that the bytes are what they were: past all that is kept or remembered of earlier reads, and without keeping anything
    /// of this one. Meant for few large reads.
    /// </summary>
    /// <inheritdoc cref="OpenAsync"/>
    ValueTask<IOpenRecording> OpenAnewAsync(KeptBytes kept, CancellationToken cancellationToken) => OpenAsync(kept, cancellationToken);

    /// <summary>Looks whether a copy is there with its very bytes, and puts it back from <paramref name="source"/> where it is not. A reference is checked when it is opened.</summary>
    Task<CopyState> RestoreAsync(RecordingSource source, KeptBytes kept, CancellationToken cancellationToken);

    /// <summary>Whether a copy's file is there now; a reference is checked when it is opened. Only while <see cref="HoldAsync"/> is held it stays there.</summary>
    ValueTask<bool> IsThereAsync(KeptBytes kept, CancellationToken cancellationToken);

    /// <summary>
    /// From the moment when copies are kept or looked at until the event that names them is appended: nothing is let go of meanwhile, also by another process that
    /// uses the store. Many hold at once. Not to be taken again by who holds it.
    /// </summary>
    /// <returns>To be disposed of after the append.</returns>
    Task<IAsyncDisposable> HoldAsync(CancellationToken cancellationToken);

    /// <summary>Every file that this store wrote, in no order. What somebody else put into its folder is not among them.</summary>
    IAsyncEnumerable<StoredFile> ListAsync(CancellationToken cancellationToken);

    /// <summary>Alone: waits until nobody holds, and nobody does until it is disposed of.</summary>
    /// <exception cref="RecordingStorageException">Somebody held for too long.</exception>
    Task<ILettingGo> LetGoAsync(CancellationToken cancellationToken);

    /// <summary>A process died between saying what it lets go of and removing it.</summary>
    ValueTask<bool> WasCutWhileLettingGoAsync(CancellationToken cancellationToken);
}

/// <param name="Path">Absolute path of a local file, or <c>s3://bucket/key</c>.</param>
/// <param name="StorageUrl">What the client sent, shown unchanged in tables.</param>
public sealed record RecordingSource(string Path, string StorageUrl)
{
    /// <summary>The file as it was looked at. A reference to it is not read again while it still looks like that.</summary>
    public SourceSight? Seen { get; init; }
}

/// <summary>What is remembered of a source that was looked at.</summary>
/// <param name="Path">Its one real path.</param>
/// <param name="TailSha256">As <see cref="KeptBytes.TailSha256"/>.</param>
public sealed record SourceSight(string Path, SourceStamp Stamp, Sha256Digest TailSha256);

/// <summary>The real paths of folders that sources lie in. Links may change: to be used for one short call. Safe for concurrent use.</summary>
public sealed class SourceFolders
{
    internal ConcurrentDictionary<string, string> RealPaths { get; } = new(StringComparer.Ordinal);
}

/// <summary>What tells two states of a source apart without reading it.</summary>
public sealed record SourceStamp(long SizeBytes, long ModifiedAtNs)
{
    /// <summary>Of an object; null for a file.</summary>
    public string? ETag { get; init; }
}

/// <param name="Bytes">To be disposed by the caller.</param>
/// <param name="Path">The one real path of the file.</param>
public sealed record OpenedSource(IOpenRecording Bytes, SourceStamp Stamp, string Path)
{
    /// <param name="bytes">Those of the file, wherever they lie by now.</param>
    public async ValueTask<SourceSight> SightAsync(IRandomAccessBytes bytes, CancellationToken cancellationToken) =>
        new(Path, Stamp, await References.TailOfAsync(bytes, cancellationToken).ConfigureAwait(false));
}

/// <summary>What was found of a copy, and done about it.</summary>
public enum CopyState
{
    Whole,

    /// <summary>It was missing or damaged; the source had its bytes.</summary>
    PutBack,

    /// <summary>It is missing or damaged, and the source has other bytes.</summary>
    Lost,
}

/// <param name="FileSha256">Of the whole file; null for a reference, whose bytes did not pass through.</param>
public sealed record KeptFile(KeptBytes Kept, long SizeBytes, Sha256Digest? FileSha256);
