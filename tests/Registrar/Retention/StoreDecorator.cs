using Strata.Contracts;
using Strata.Recordings;

namespace Strata.Registrar.Tests;

/// <summary>A recording store over another one.</summary>
internal abstract class StoreDecorator(IRecordingStore inner) : IRecordingStore
{
    public virtual Task<KeptFile> KeepAsync(RecordingSource source, KeepMode mode, CancellationToken cancellationToken) => inner.KeepAsync(source, mode, cancellationToken);

    public virtual Task<IReadOnlyList<KeptFile>> KeepAllAsync(IReadOnlyList<RecordingSource> sources, KeepMode mode, CancellationToken cancellationToken) => inner.KeepAllAsync(sources, mode, cancellationToken);

    public Task<IReadOnlyList<KeptFile>> WriteAllAsync(IReadOnlyList<ReadOnlyMemory<byte>> files, CancellationToken cancellationToken) => inner.WriteAllAsync(files, cancellationToken);

    public bool MayOpen(string path) => inner.MayOpen(path);

    public ValueTask<OpenedSource> OpenSourceAsync(RecordingSource source, SourceFolders folders, CancellationToken cancellationToken) => inner.OpenSourceAsync(source, folders, cancellationToken);

    public ValueTask<bool> IsUnchangedAsync(RecordingSource source, SourceStamp stamp, CancellationToken cancellationToken) => inner.IsUnchangedAsync(source, stamp, cancellationToken);

    public ValueTask<IOpenRecording> OpenAsync(KeptBytes kept, CancellationToken cancellationToken) => inner.OpenAsync(kept, cancellationToken);

    public Task<CopyState> RestoreAsync(RecordingSource source, KeptBytes kept, CancellationToken cancellationToken) => inner.RestoreAsync(source, kept, cancellationToken);

    public ValueTask<bool> IsThereAsync(KeptBytes kept, CancellationToken cancellationToken) => inner.IsThereAsync(kept, cancellationToken);

    public virtual Task<IAsyncDisposable> HoldAsync(CancellationToken cancellationToken) => inner.HoldAsync(cancellationToken);

    public IAsyncEnumerable<StoredFile> ListAsync(CancellationToken cancellationToken) => inner.ListAsync(cancellationToken);

    public virtual Task<ILettingGo> LetGoAsync(CancellationToken cancellationToken) => inner.LetGoAsync(cancellationToken);

    public ValueTask<bool> WasCutWhileLettingGoAsync(CancellationToken cancellationToken) => inner.WasCutWhileLettingGoAsync(cancellationToken);
}

/// <param name="before">Given the number of the hold, from 1.</param>
internal sealed class BeforeHold(IRecordingStore inner, Func<int, Task> before) : StoreDecorator(inner)
{
    private int _holds;

    public override async Task<IAsyncDisposable> HoldAsync(CancellationToken cancellationToken)
    {
        await before(++_holds);
        return await base.HoldAsync(cancellationToken);
    }
}

/// <param name="asked">Whether the lock was free when it was asked for.</param>
internal sealed class AskedToLetGo(IRecordingStore inner, TaskCompletionSource<bool> asked) : StoreDecorator(inner)
{
    public override Task<ILettingGo> LetGoAsync(CancellationToken cancellationToken)
    {
        var taking = base.LetGoAsync(cancellationToken);
        asked.TrySetResult(taking.IsCompleted);
        return taking;
    }
}

/// <summary>As of a process that is killed when it is about to remove its first file.</summary>
internal sealed class Dying(IRecordingStore inner) : StoreDecorator(inner)
{
    public override async Task<ILettingGo> LetGoAsync(CancellationToken cancellationToken) => new Killed(await base.LetGoAsync(cancellationToken));

    private sealed class Killed(ILettingGo inner) : ILettingGo
    {
        public Task MarkAsync(CancellationToken cancellationToken) => inner.MarkAsync(cancellationToken);

        public Task<bool> RemoveAsync(StoredFile file, CancellationToken cancellationToken) => throw new InvalidOperationException("killed");

        public Task UnmarkAsync(CancellationToken cancellationToken) => throw new InvalidOperationException("killed");

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}

/// <summary>As of a folder in which some files cannot be removed.</summary>
/// <param name="refusal">By location; null: it goes.</param>
/// <param name="tried">Every location that was to be removed.</param>
internal sealed class RefusingToRemove(IRecordingStore inner, Func<string, Exception?> refusal, List<string> tried) : StoreDecorator(inner)
{
    public override async Task<ILettingGo> LetGoAsync(CancellationToken cancellationToken) => new Refusing(await base.LetGoAsync(cancellationToken), refusal, tried);

    private sealed class Refusing(ILettingGo inner, Func<string, Exception?> refusal, List<string> tried) : ILettingGo
    {
        public Task MarkAsync(CancellationToken cancellationToken) => inner.MarkAsync(cancellationToken);

        public Task<bool> RemoveAsync(StoredFile file, CancellationToken cancellationToken)
        {
            tried.Add(file.Location!);
            return refusal(file.Location!) is { } refused ? throw refused : inner.RemoveAsync(file, cancellationToken);
        }

        public Task UnmarkAsync(CancellationToken cancellationToken) => inner.UnmarkAsync(cancellationToken);

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
