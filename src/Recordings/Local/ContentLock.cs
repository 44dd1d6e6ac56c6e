namespace Strata.Recordings;

/// <summary>
/// Many who keep files, or one who removes them: an OS lock on a file beside the folder, which the kernel gives up when its process ends, however it ends. Source: DESIGN
/// rule 15.
/// </summary>
/// <param name="path">Of its file.</param>
internal sealed class ContentLock(string path)
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(5);

    /// <summary>So long the one waits for a moment in which nobody holds, and keeps nobody waiting.</summary>
    private static readonly TimeSpan Politely = TimeSpan.FromSeconds(2);

    /// <summary>So long, after that, newcomers of this process wait for it: longer than registering a few thousand recordings takes.</summary>
    private static readonly TimeSpan Insisting = TimeSpan.FromSeconds(60);

    private volatile TaskCompletionSource? _insisted;

    public bool IsMarked => new FileInfo(path) is { Exists: true, Length: > 0 };

    public async Task<IDisposable> ShareAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (_insisted is { } insisted)
            {
                await insisted.Task.WaitAsync(cancellationToken);
            }
            else if (TryShare() is { } shared)
            {
                return shared;
            }
            else
            {
                await Task.Delay(Poll, cancellationToken);
            }
        }
    }

    /// <summary>For one step of the store, also of somebody who shares already: it gives way to who has taken the lock, and not to who waits for it.</summary>
    public async Task<IDisposable> ShareForOneStepAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (TryShare() is { } shared)
            {
                return shared;
            }

            await Task.Delay(Poll, cancellationToken);
        }
    }

    public async Task<FileStream> TakeAsync(CancellationToken cancellationToken)
    {
        if (await TryTakeAsync(Politely, cancellationToken) is { } free)
        {
            return free;
        }

        var insisted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _insisted = insisted;
        try
        {
            return await TryTakeAsync(Insisting, cancellationToken)
                ?? throw new RecordingStorageException(
                    path, $"recordings were being registered for {Insisting.TotalSeconds} s without a break, so that none could be let go of; nothing was removed, run it again when less goes on", new TimeoutException());
        }
        finally
        {
            _insisted = null;
            insisted.SetResult();
        }
    }

    private async Task<FileStream?> TryTakeAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        var since = TimeProvider.System.GetTimestamp();
        do
        {
            if (TryOpen(FileAccess.ReadWrite, FileShare.None) is { } taken)
            {
                return taken;
            }

            await Task.Delay(Poll, cancellationToken);
        }
        while (TimeProvider.System.GetElapsedTime(since) < patience);
        return null;
    }

    private FileStream? TryShare() => TryOpen(FileAccess.Read, FileShare.Read);

    private FileStream? TryOpen(FileAccess access, FileShare share)
    {
        try
        {
            return new(path, FileMode.OpenOrCreate, access, share, bufferSize: 0);
        }
        catch (IOException) when (File.Exists(path))
        {
            return null;
        }
    }
}
