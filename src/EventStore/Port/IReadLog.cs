namespace Strata.EventStore;

/// <summary>The log for who follows it and does nothing else.</summary>
public interface IReadLog
{
    /// <summary>Events with a position above <paramref name="afterPosition"/>, in order, at most <paramref name="maxEvents"/>.</summary>
    Task<EventPage> ReadAsync(long afterPosition, int maxEvents, CancellationToken cancellationToken);

    /// <summary>
    /// The highest position, once readers may see every append that was acknowledged before this call, by whichever process: it waits for those that were under way then.
    /// </summary>
    /// <returns>0 for an empty log.</returns>
    Task<long> HeadAsync(CancellationToken cancellationToken);

    /// <summary>Ends when the log's head is above <paramref name="afterPosition"/>; woken by the append itself, not by polling, where both are in one process.</summary>
    Task WaitForEventsAsync(long afterPosition, CancellationToken cancellationToken);
}
