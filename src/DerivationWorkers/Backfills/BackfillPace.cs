using Strata.Registrar;

namespace Strata.DerivationWorkers;

/// <summary>
/// How many segments a back-fill admits at once. A new recording waits behind what is admitted, so it is as much as is done in a few seconds, however long one takes and
/// however many workers there are; and enough that they do not wait for the next page.
/// </summary>
internal sealed class BackfillPace
{
    public const int First = 16;

    /// <summary>Below this the time between pages would count more than the work.</summary>
    public const int Fewest = 4;

    /// <summary>A page that is settled sooner is followed by one of twice its size.</summary>
    public static readonly TimeSpan Quick = TimeSpan.FromSeconds(1);

    /// <summary>A page that takes longer is followed by one of half its size.</summary>
    public static readonly TimeSpan Slow = TimeSpan.FromSeconds(4);

    private (int Segments, long At)? _underWay;

    public int Segments { get; private set; } = First;

    /// <summary>Since when other work has gone first; null while none does. A timestamp.</summary>
    public long? YieldsSince { get; set; }

    /// <param name="at">A timestamp.</param>
    public void Admitted(int segments, long at) => (_underWay, YieldsSince) = ((segments, at), null);

    /// <summary>Nothing of the last page is open any more.</summary>
    public void Settled(TimeProvider time)
    {
        if (_underWay is not { } page)
        {
            return;
        }

        _underWay = null;
        var took = time.GetElapsedTime(page.At);
        if (took < Quick && page.Segments == Segments)
        {
            Segments = Math.Min(Segments * 2, AdmitBackfill.MaxSegments);
        }
        else if (took > Slow)
        {
            Segments = Math.Max(Segments / 2, Fewest);
        }
    }
}
