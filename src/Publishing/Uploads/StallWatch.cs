namespace Strata.Publishing;

/// <summary>Ends a wait when nothing moved for too long. Measured by a clock that does not jump.</summary>
internal sealed class StallWatch : IDisposable
{
    private readonly TimeSpan _limit;
    private readonly CancellationTokenSource _stalled;
    private readonly CancellationTokenSource _either;

    public StallWatch(TimeSpan limit, TimeProvider time, CancellationToken cancellationToken)
    {
        _limit = limit;
        _stalled = new CancellationTokenSource(limit, time);
        _either = CancellationTokenSource.CreateLinkedTokenSource(_stalled.Token, cancellationToken);
    }

    public CancellationToken Token => _either.Token;

    public void Moved() => _stalled.CancelAfter(_limit);

    public void Dispose()
    {
        _either.Dispose();
        _stalled.Dispose();
    }
}
