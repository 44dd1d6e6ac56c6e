using Strata.Contracts;
using Strata.Recordings;

namespace Strata.EndToEnd.Tests;

/// <summary>A recording store over another one; a test overrides what it wants to stand in.</summary>
internal abstract class RecordingStoreDecorator(IRecordingStore store) : IRecordingStore
{
    public virtual Task<KeptFile> KeepAsync(RecordingSource source, KeepMode mode, CancellationToken cancellationToken) => store.KeepAsync(source, mode, cancellationToken);

    public virtual Task<IReadOnlyList<KeptFile>> KeepAllAsync(IReadOnlyList<RecordingSource> sources, KeepMode mode, CancellationToken cancellationToken) =>
        store.KeepAllAsync(sources, mode, cancellationToken);

    public virtual Task<IReadOnlyList<KeptFile>> WriteAllAsync(IReadOnlyList<ReadOnlyMemory<byte>> files, CancellationToken cancellationToken) => store.WriteAllAsync(files, cancellationToken);

    public virtual bool MayOpen(string path) => store.MayOpen(path);

    public virtual OpenedSource OpenSource(RecordingSource source, SourceFolders folders) => store.OpenSource(source, folders);

    public virtual bool IsUnchanged(RecordingSource source, SourceStamp stamp) => store.IsUnchanged(source, stamp);

    public virtual IOpenRecording Open(KeptBytes kept) => store.Open(kept);

    public virtual Task<CopyState> RestoreAsync(RecordingSource source, KeptBytes kept, CancellationToken cancellationToken) => store.RestoreAsync(source, kept, cancellationToken);

    public virtual bool IsThere(KeptBytes kept) => store.IsThere(kept);

    public virtual Task<IDisposable> HoldAsync(CancellationToken cancellationToken) => store.HoldAsync(cancellationToken);

    public virtual IEnumerable<StoredFile> List() => store.List();

    public virtual Task<ILettingGo> LetGoAsync(CancellationToken cancellationToken) => store.LetGoAsync(cancellationToken);

    public virtual bool WasCutWhileLettingGo() => store.WasCutWhileLettingGo();
}
