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

    public IOpenRecording Open(KeptBytes kept) => recordings.Open(kept);

    public Task<KeptFile> KeepAsync(RecordingSource source, KeepMode mode, CancellationToken cancellationToken) => recordings.KeepAsync(source, mode, cancellationToken);

    public Task<IReadOnlyList<KeptFile>> KeepAllAsync(IReadOnlyList<RecordingSource> sources, KeepMode mode, CancellationToken cancellationToken) =>
        recordings.KeepAllAsync(sources, mode, cancellationToken);

    public bool MayOpen(string path) => recordings.MayOpen(path);

    public OpenedSource OpenSource(RecordingSource source, SourceFolders folders) => recordings.OpenSource(source, folders);

    public bool IsUnchanged(RecordingSource source, SourceStamp stamp) => recordings.IsUnchanged(source, stamp);

    public Task<CopyState> RestoreAsync(RecordingSource source, KeptBytes kept, CancellationToken cancellationToken) => recordings.RestoreAsync(source, kept, cancellationToken);

    public bool IsThere(KeptBytes kept) => recordings.IsThere(kept);

    public Task<IDisposable> HoldAsync(CancellationToken cancellationToken) => recordings.HoldAsync(cancellationToken);

    public IEnumerable<StoredFile> List() => recordings.List();

    public Task<ILettingGo> LetGoAsync(CancellationToken cancellationToken) => recordings.LetGoAsync(cancellationToken);

    public bool WasCutWhileLettingGo() => recordings.WasCutWhileLettingGo();
}
