namespace Strata.Recordings;

/// <summary>An OS lock on a file beside the folder, which the kernel gives up when its process ends.</summary>
/// <param name="folder">Of the store; the file lies beside it, under its name and <c>.lock</c>, so the folder above must be there.</param>
public sealed class FileLock(string folder) : IContentLock
{
    public string Name { get; } = folder + ".lock";

    public ValueTask<IAsyncDisposable?> TryShareAsync(bool isNewcomer, CancellationToken cancellationToken) =>
        ValueTask.FromResult<IAsyncDisposable?>(TryOpen(FileAccess.Read, FileShare.Read));

    public ValueTask<IAlone?> TryTakeAsync(CancellationToken cancellationToken) =>
        ValueTask.FromResult<IAlone?>(TryOpen(FileAccess.ReadWrite, FileShare.None) is { } taken ? new Taken(taken) : null);

    /// <summary>Nothing is to be done: few processes share a folder, and newcomers of this one are held back by <see cref="ContentTurns"/>.</summary>
    public ValueTask<IAsyncDisposable> InsistAsync(CancellationToken cancellationToken) => ValueTask.FromResult<IAsyncDisposable>(new Nothing());

    private FileStream? TryOpen(FileAccess access, FileShare share)
    {
        try
        {
            return new(Name, FileMode.OpenOrCreate, access, share, bufferSize: 0);
        }
        catch (IOException) when (File.Exists(Name))
        {
            return null;
        }
    }

    private sealed class Taken(FileStream file) : IAlone
    {
        /// <summary>The kernel takes it from nobody.</summary>
        public ValueTask RequireAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

        public ValueTask DisposeAsync() => file.DisposeAsync();
    }

    private sealed class Nothing : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
