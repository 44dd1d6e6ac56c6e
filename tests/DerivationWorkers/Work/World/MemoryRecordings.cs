using System.Collections.Concurrent;
using System.Text;
using Strata.Contracts;
using Strata.Recordings;

namespace Strata.DerivationWorkers.Tests;

/// <summary>Recordings in memory, with faults on demand.</summary>
internal sealed class MemoryRecordings : IRecordingStore
{
    private readonly ConcurrentDictionary<string, byte[]> _files = new(StringComparer.Ordinal);

    /// <summary>Called before each open with the file's text; throws what the test wants.</summary>
    public Action<string> BeforeOpen { get; set; } = _ => { };

    /// <summary>Called before each write with the number of files.</summary>
    public Func<int, Task> BeforeWrite { get; set; } = _ => Task.CompletedTask;

    public int FileCount => _files.Count;

    public KeptBytes Put(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var key = Sha256Digest.Of(bytes).Value;
        _files[key] = bytes;
        return new(KeepMode.Copy, key, null, null);
    }

    public void Overwrite(KeptBytes kept, string text) => _files[kept.Location] = Encoding.UTF8.GetBytes(text);

    public string Text(KeptBytes kept) => Encoding.UTF8.GetString(_files[kept.Location]);

    public async Task<IReadOnlyList<KeptFile>> WriteAllAsync(IReadOnlyList<ReadOnlyMemory<byte>> files, CancellationToken cancellationToken)
    {
        await BeforeWrite(files.Count);
        return [.. files.Select(f => new KeptFile(Put(Encoding.UTF8.GetString(f.Span)), f.Length, Sha256Digest.Of(f.Span)))];
    }

    public ValueTask<IOpenRecording> OpenAsync(KeptBytes kept, CancellationToken cancellationToken)
    {
        if (!_files.TryGetValue(kept.Location, out var bytes))
        {
            throw new RecordingMissingException(kept.Location, "no such file");
        }

        BeforeOpen(Encoding.UTF8.GetString(bytes));
        return ValueTask.FromResult<IOpenRecording>(new Opened(bytes));
    }

    public Task<KeptFile> KeepAsync(RecordingSource source, KeepMode mode, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<KeptFile>> KeepAllAsync(IReadOnlyList<RecordingSource> sources, KeepMode mode, CancellationToken cancellationToken) => throw new NotSupportedException();

    public bool MayOpen(string path) => throw new NotSupportedException();

    public ValueTask<OpenedSource> OpenSourceAsync(RecordingSource source, SourceFolders folders, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<bool> IsUnchangedAsync(RecordingSource source, SourceStamp stamp, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<CopyState> RestoreAsync(RecordingSource source, KeptBytes kept, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<bool> IsThereAsync(KeptBytes kept, CancellationToken cancellationToken) => ValueTask.FromResult(true);

    public Task<IAsyncDisposable> HoldAsync(CancellationToken cancellationToken) => Task.FromResult<IAsyncDisposable>(new MemoryStream());

    public IAsyncEnumerable<StoredFile> ListAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<ILettingGo> LetGoAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<bool> WasCutWhileLettingGoAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    private sealed class Opened(byte[] bytes) : IOpenRecording
    {
        public long Length => bytes.Length;

        public ValueTask<ReadOnlyMemory<byte>> ReadAsync(long offset, int count, CancellationToken cancellationToken) =>
            ValueTask.FromResult<ReadOnlyMemory<byte>>(bytes.AsMemory((int)Math.Min(offset, bytes.Length), (int)Math.Clamp(bytes.Length - offset, 0, count)));

        public void Dispose()
        {
        }
    }
}
