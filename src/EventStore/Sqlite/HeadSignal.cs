namespace Strata.EventStore.Sqlite;

/// <summary>Wakes those who wait for events; the writer pulses it after each commit that brought some.</summary>
internal sealed class HeadSignal
{
    private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends at the next pulse. Take it before looking at the head, so that no commit falls between the two.</summary>
    public Task Next => Volatile.Read(ref _next).Task;

    public void Pulse() =>
        Interlocked.Exchange(ref _next, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
}
