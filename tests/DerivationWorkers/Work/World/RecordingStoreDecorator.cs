using Strata.Contracts;
using Strata.Recordings;

namespace Strata.DerivationWorkers.Tests;

/// <summary>A recording store over another one; a test overrides what it wants to stand in.</summary>
internal abstract class RecordingStoreDecorator(IRecordingStore store) : IRecordingStore
{
    public virtual Task<KeptFile> KeepAsync(RecordingSource source, KeepMode mode, CancellationToken cancellationToken) => store.KeepAsync(source, mode, cancellationToken);

    public virtual Task<IReadOnlyList<KeptFile>> KeepAllAsync(IReadOnlyList<RecordingSource> sources, KeepMode mode, CancellationToken cancellationToken) =>
        store.KeepAllAsync(sources, mode, cancellationToken);

    public virtual Task<IReadOnlyList<KeptFile>> WriteAllAsync(IReadOnlyList<ReadOnlyMemory<byte>> files, CancellationToken cancellationToken) => store.WriteAllAsync(files, cancellationToken);

    public virtual bool MayOpen(string path) => store.MayOpen(path);

    public virtual ValueTask<OpenedSource> OpenSourceAsync(RecordingSource source, SourceFolders folders, CancellationToken cancellationToken) => store.OpenSourceAsync(source, folders, cancellationToken);

    public virtual ValueTask<bool> IsUnchangedAsync(RecordingSource source, SourceStamp stamp, CancellationToken cancellationToken) => store.IsUnchangedAsync(source, stamp, cancellationToken);

    public virtual ValueTask<IOpenRecording> OpenAsync(KeptBytes kept, CancellationToken cancellationToken) => store.OpenAsync(kept, cancellationToken);

    public virtual ValueTask<IOpenRecording> OpenAnewAsync(KeptBytes kept, CancellationToken cancellationToken) => store.OpenAnewAsync(kept, cancellationToken);

    public virtual Task<CopyState> RestoreAsync(RecordingSource source, KeptBytes kept, CancellationToken cancellationToken) => store.RestoreAsync(source, kept, cancellationToken);

    public virtual ValueTask<bool> IsThereAsync(KeptBytes kept, CancellationToken cancellationToken) => store.IsThereAsync(kept, cancellationToken);

    public virtual Task<IAsyncDisposable> HoldAsync(CancellationToken cancellationToken) => store.HoldAsync(cancellationToken);

    public virtual IAsyncEnumerable<StoredFile> ListAsync(CancellationToken cancellationToken) => store.ListAsync(cancellationToken);

    public virtual Task<ILettingGo> LetGoAsync(CancellationToken cancellationToken) => store.LetGoAsync(cancellationToken);

    public virtual ValueTask<bool> WasCutWhileLettingGoAsync(CancellationToken cancellationToken) => store.WasCutWhileLettingGoAsync(cancellationToken);
}
