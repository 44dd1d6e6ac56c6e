namespace Strata.EventStore;

/// <summary>Wakes those who wait for events; pulsed after each commit that brought some.</summary>
internal sealed class HeadSignal
{
    private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends at the next pulse. Take it before looking at the head, so that no commit falls between the two.</summary>
    private Task Next => Volatile.Read(ref _next).Task;

    public void Pulse() =>
        Interlocked.Exchange(ref _next, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();

    /// <summary>Ends when the head is above <paramref name="afterPosition"/>.</summary>
    /// <param name="head">The log's head.</param>
    /// <param name="lookAgain">The safety net for appends that nobody tells of.</param>
    public async Task WaitAsync(Func<CancellationToken, Task<long>> head, long afterPosition, TimeSpan lookAgain, CancellationToken cancellationToken)
    {
        while (true)
        {
            var pulse = Next;
            if (await head(cancellationToken).ConfigureAwait(false) > afterPosition)
            {
                return;
            }

            using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            await Task.WhenAny(pulse, Task.Delay(lookAgain, timer.Token)).ConfigureAwait(false);
            await timer.CancelAsync().ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }
}
