namespace Strata.Catalog.Transport;

/// <summary>What all requests that are still coming in may hold in memory together: each alone may be large, and nobody says how many there are.</summary>
/// <param name="bytes">Of all together.</param>
internal sealed class MessageBudget(long bytes)
{
    private long _held;

    /// <returns>False: there is no room, and nothing was taken.</returns>
    public bool TryTake(long count)
    {
        if (Interlocked.Add(ref _held, count) <= bytes)
        {
            return true;
        }

        Interlocked.Add(ref _held, -count);
        return false;
    }

    public void GiveBack(long count) => Interlocked.Add(ref _held, -count);
}
