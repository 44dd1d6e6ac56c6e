using Strata.Contracts;
using Strata.Recordings;

namespace Strata.DerivationWorkers.Tests;

/// <summary>A recording store whose writes fail when the test says so.</summary>
internal sealed class FaultyWrites(IRecordingStore recordings, Action beforeWrite) : IRecordingStore
{
    public Task<IReadOnlyList<KeptFile>> WriteAllAsync(IReadOnlyList<ReadOnlyMemory<byte>> files, CancellationToken cancellationToken)
    {
        beforeWrite();
        return recordings.WriteAllAsync(files, cancellationToken);
    }

    public ValueTask<IOpenRecording> OpenAsync(KeptBytes kept, CancellationToken cancellationToken) => recordings.OpenAsync(kept, cancellationToken);

    public Task<KeptFile> KeepAsync(RecordingSource source, KeepMode mode, CancellationToken cancellationToken) => recordings.KeepAsync(source, mode, cancellationToken);

    public Task<IReadOnlyList<KeptFile>> KeepAllAsync(IReadOnlyList<RecordingSource> sources, KeepMode mode, CancellationToken cancellationToken) =>
        recordings.KeepAllAsync(sources, mode, cancellationToken);

    public bool MayOpen(string path) => recordings.MayOpen(path);

    public ValueTask<OpenedSource> OpenSourceAsync(RecordingSource source, SourceFolders folders, CancellationToken cancellationToken) => recordings.OpenSourceAsync(source, folders, cancellationToken);

    public ValueTask<bool> IsUnchangedAsync(RecordingSource source, SourceStamp stamp, CancellationToken cancellationToken) => recordings.IsUnchangedAsync(source, stamp, cancellationToken);

    public Task<CopyState> RestoreAsync(RecordingSource source, KeptBytes kept, CancellationToken cancellationToken) => recordings.RestoreAsync(source, kept, cancellationToken);

    public ValueTask<bool> IsThereAsync(KeptBytes kept, CancellationToken cancellationToken) => recordings.IsThereAsync(kept, cancellationToken);

    public Task<IAsyncDisposable> HoldAsync(CancellationToken cancellationToken) => recordings.HoldAsync(cancellationToken);

    public IAsyncEnumerable<StoredFile> ListAsync(CancellationToken cancellationToken) => recordings.ListAsync(cancellationToken);

    public Task<ILettingGo> LetGoAsync(CancellationToken cancellationToken) => recordings.LetGoAsync(cancellationToken);

    public ValueTask<bool> WasCutWhileLettingGoAsync(CancellationToken cancellationToken) => recordings.WasCutWhileLettingGoAsync(cancellationToken);
}
