namespace Strata.UnreliableBus;

/// <summary>
/// One who sends until it is confirmed, as robots do, over a network that loses and reorders: what did not arrive is sent again after what was sent later, and what
/// arrived without its confirmation coming back is sent twice. Nothing is lost for good.
/// </summary>
public sealed class UnreliableSender<T>(Func<T, Task> send, Faults faults, int seed)
{
    private readonly UnreliableWay<T> _way = new(faults with { Lost = 0, Late = faults.Late + faults.Lost }, new Random(seed));

    /// <summary>How many messages arrived, those that are sent twice counted twice.</summary>
    public int Arrived => _way.Journal.Value.Sent.Count;

    public async Task SendAsync(T message)
    {
        foreach (var sent in _way.Take([message]))
        {
            await send(sent);
        }
    }

    /// <summary>Sends what is to be sent again: nothing comes later than that.</summary>
    public async Task ReleaseAsync()
    {
        foreach (var late in _way.Release())
        {
            await send(late);
        }
    }
}
