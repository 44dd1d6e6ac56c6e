using Microsoft.Extensions.DependencyInjection;
using Strata.Contracts;
using Strata.Recordings;

namespace Strata.Catalog.Tests.Reading;

/// <summary>Counts what is read of recordings.</summary>
internal sealed class WatchedRecordings(IRecordingStore inner) : IRecordingStore
{
    private readonly Lock _lock = new();
    private TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _bytes;
    private int _open;

    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>Ends when no file is open.</summary>
    public Task AllClosedAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return _open == 0 ? Task.CompletedTask : _closed.Task.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Puts itself between a host and its recordings.</summary>
    public static void AddTo(IServiceCollection services)
    {
        var inner = (IRecordingStore)services.Last(s => s.ServiceType == typeof(IRecordingStore)).ImplementationInstance!;
        services.AddSingleton<IRecordingStore>(new WatchedRecordings(inner));
    }

    public Task<KeptFile> KeepAsync(RecordingSource source, KeepMode mode, CancellationToken cancellationToken) => inner.KeepAsync(source, mode, cancellationToken);

    public Task<IReadOnlyList<KeptFile>> KeepAllAsync(IReadOnlyList<RecordingSource> sources, KeepMode mode, CancellationToken cancellationToken) =>
        inner.KeepAllAsync(sources, mode, cancellationToken);

    public Task<IReadOnlyList<KeptFile>> WriteAllAsync(IReadOnlyList<ReadOnlyMemory<byte>> files, CancellationToken cancellationToken) => inner.WriteAllAsync(files, cancellationToken);

    public bool MayOpen(string path) => inner.MayOpen(path);

    public ValueTask<OpenedSource> OpenSourceAsync(RecordingSource source, SourceFolders folders, CancellationToken cancellationToken) => inner.OpenSourceAsync(source, folders, cancellationToken);

    public Task<CopyState> RestoreAsync(RecordingSource source, KeptBytes kept, CancellationToken cancellationToken) => inner.RestoreAsync(source, kept, cancellationToken);

    public ValueTask<bool> IsUnchangedAsync(RecordingSource source, SourceStamp stamp, CancellationToken cancellationToken) => inner.IsUnchangedAsync(source, stamp, cancellationToken);

    async ValueTask<IOpenRecording> IRecordingStore.OpenAsync(KeptBytes kept, CancellationToken cancellationToken) => new Watched(this, await inner.OpenAsync(kept, cancellationToken));

    public ValueTask<bool> IsThereAsync(KeptBytes kept, CancellationToken cancellationToken) => inner.IsThereAsync(kept, cancellationToken);

    public Task<IAsyncDisposable> HoldAsync(CancellationToken cancellationToken) => inner.HoldAsync(cancellationToken);

    public IAsyncEnumerable<StoredFile> ListAsync(CancellationToken cancellationToken) => inner.ListAsync(cancellationToken);

    public Task<ILettingGo> LetGoAsync(CancellationToken cancellationToken) => inner.LetGoAsync(cancellationToken);

    public ValueTask<bool> WasCutWhileLettingGoAsync(CancellationToken cancellationToken) => inner.WasCutWhileLettingGoAsync(cancellationToken);

    private void Count(int opened)
    {
        lock (_lock)
        {
            _open += opened;
            if (_open == 0)
            {
                _closed.SetResult();
                _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }
    }

    private sealed class Watched : IOpenRecording
    {
        private readonly WatchedRecordings _all;
        private readonly IOpenRecording _inner;

        public Watched(WatchedRecordings all, IOpenRecording inner)
        {
            (_all, _inner) = (all, inner);
            all.Count(1);
        }

        public long Length => _inner.Length;

        public ValueTask<ReadOnlyMemory<byte>> ReadAsync(long offset, int count, CancellationToken cancellationToken)
        {
            Interlocked.Add(ref _all._bytes, count);
            return _inner.ReadAsync(offset, count, cancellationToken);
        }

        public async ValueTask<int> ReadIntoAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken)
        {
            var read = await _inner.ReadIntoAsync(offset, destination, cancellationToken);
            Interlocked.Add(ref _all._bytes, read);
            return read;
        }

        public void Dispose()
        {
            _inner.Dispose();
            _all.Count(-1);
        }
    }
}
