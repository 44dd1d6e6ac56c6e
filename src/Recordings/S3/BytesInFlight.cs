namespace Strata.Recordings;

/// <summary>Bounds the memory of uploads, however many want to be made at once. Source: DESIGN rule 14.</summary>
internal sealed class BytesInFlight : IDisposable
{
    private const int UnitBytes = 1 << 20;

    /// <summary>Four parts of a large recording, or more small ones than are sent side by side.</summary>
    private const int Units = 64;

    private readonly SemaphoreSlim _free = new(Units, Units);

    // Who waits for several units is alone in that: two that had some each would wait for ever.
    private readonly SemaphoreSlim _next = new(1, 1);

    /// <param name="bytes">More than there are wait for all.</param>
    /// <returns>To be disposed of when they are sent.</returns>
    public async Task<IDisposable> TakeAsync(long bytes, CancellationToken cancellationToken)
    {
        var wanted = (int)Math.Clamp((bytes + UnitBytes - 1) / UnitBytes, 1, Units);
        var taken = 0;
        await _next.WaitAsync(cancellationToken);
        try
        {
            for (; taken < wanted; taken++)
            {
                await _free.WaitAsync(cancellationToken);
            }

            return new Share(_free, taken);
        }
        catch
        {
            if (taken > 0)
            {
                _free.Release(taken);
            }

            throw;
        }
        finally
        {
            _next.Release();
        }
    }

    public void Dispose()
    {
        _free.Dispose();
        _next.Dispose();
    }

    private sealed class Share(SemaphoreSlim free, int units) : IDisposable
    {
        public void Dispose() => free.Release(units);
    }
}
