using System.Collections.Concurrent;
using Strata.Contracts;
using Strata.Recordings;

namespace Strata.DerivationWorkers.Tests;

/// <summary>Recordings that anybody reads by a URL, and that somebody may write over.</summary>
internal sealed class SharedRecordings(IRecordingStore recordings) : IRecordingStore
{
    public const string Url = "https://bucket.example.org/recording?X-Amz-Signature=1";

    /// <summary>For how long URLs were asked for.</summary>
    public ConcurrentQueue<TimeSpan> Lasting { get; } = [];

    public bool IsChanged { get; set; }

    public async ValueTask<IOpenRecording> OpenAsync(KeptBytes kept, CancellationToken cancellationToken) => IsChanged
        ? throw new RecordingChangedException(kept.Location, "the test says so")
        : new Shared(this, await recordings.OpenAsync(kept, cancellationToken));

    public Task<IReadOnlyList<KeptFile>> WriteAllAsync(IReadOnlyList<ReadOnlyMemory<byte>> files, CancellationToken cancellationToken) => recordings.WriteAllAsync(files, cancellationToken);

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

    private sealed class Shared(SharedRecordings all, IOpenRecording inner) : IOpenRecording
    {
        public long Length => inner.Length;

        public ValueTask<ReadOnlyMemory<byte>> ReadAsync(long offset, int count, CancellationToken cancellationToken) => inner.ReadAsync(offset, count, cancellationToken);

        public ValueTask<int> ReadIntoAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken) => inner.ReadIntoAsync(offset, destination, cancellationToken);

        public ValueTask<Uri?> ShareAsync(TimeSpan lasting, CancellationToken cancellationToken)
        {
            all.Lasting.Enqueue(lasting);
            return ValueTask.FromResult<Uri?>(new(Url));
        }

        public void Dispose() => inner.Dispose();
    }
}
