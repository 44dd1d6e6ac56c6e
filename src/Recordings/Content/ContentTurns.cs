namespace Strata.Recordings;

/// <summary>Who waits for whom at the lock between keeping files and removing them.</summary>
internal sealed class ContentTurns(IContentLock @lock)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(5);

    /// <summary>A lock in a database is asked over a network: who waits for long asks less often.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(50);

    /// <summary>So long the one waits for a moment in which nobody holds, and keeps nobody waiting.</summary>
    private static readonly TimeSpan Politely = TimeSpan.FromSeconds(2);

    /// <summary>So long, after that, newcomers wait for it: longer than registering a few thousand recordings takes.</summary>
    private static readonly TimeSpan Insisting = TimeSpan.FromSeconds(60);

    private volatile TaskCompletionSource? _insisted;

    public async Task<IAsyncDisposable> ShareAsync(CancellationToken cancellationToken)
    {
        for (var pause = FirstPause; ; pause = Longer(pause))
        {
            if (_insisted is { } insisted)
            {
                await insisted.Task.WaitAsync(cancellationToken);
            }
            else if (await @lock.TryShareAsync(isNewcomer: true, cancellationToken) is { } shared)
            {
                return shared;
            }
            else
            {
                await Task.Delay(pause, cancellationToken);
            }
        }
    }

    /// <summary>For one step of the store, also of somebody who shares already: it gives way to who has taken the lock, and not to who waits for it.</summary>
    public async Task<IAsyncDisposable> ShareForOneStepAsync(CancellationToken cancellationToken)
    {
        for (var pause = FirstPause; ; pause = Longer(pause))
        {
            if (await @lock.TryShareAsync(isNewcomer: false, cancellationToken) is { } shared)
            {
                return shared;
            }

            await Task.Delay(pause, cancellationToken);
        }
    }

    /// <exception cref="RecordingStorageException">Somebody held for too long.</exception>
    public async Task<IAlone> TakeAsync(CancellationToken cancellationToken)
    {
        if (await TryTakeAsync(Politely, cancellationToken) is { } free)
        {
            return free;
        }

        var insisted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _insisted = insisted;
        try
        {
            await using var _ = await @lock.InsistAsync(cancellationToken);
            return await TryTakeAsync(Insisting, cancellationToken)
                ?? throw new RecordingStorageException(
                    @lock.Name, $"recordings were being registered for {Insisting.TotalSeconds} s without a break, so that none could be let go of; nothing was removed, run it again when less goes on", new TimeoutException());
        }
        finally
        {
            _insisted = null;
            insisted.SetResult();
        }
    }

    private static TimeSpan Longer(TimeSpan pause) => pause * 2 < LongestPause ? pause * 2 : LongestPause;

    private async Task<IAlone?> TryTakeAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        var since = TimeProvider.System.GetTimestamp();
        for (var pause = FirstPause; ; pause = Longer(pause))
        {
            if (await @lock.TryTakeAsync(cancellationToken) is { } taken)
            {
                return taken;
            }

            if (TimeProvider.System.GetElapsedTime(since) >= patience)
            {
                return null;
            }

            await Task.Delay(pause, cancellationToken);
        }
    }
}
