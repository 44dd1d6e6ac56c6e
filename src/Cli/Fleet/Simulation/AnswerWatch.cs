namespace Strata.Cli;

/// <summary>Notices that nothing is answered any more, by a clock that does not jump.</summary>
internal sealed class AnswerWatch(TimeProvider clock)
{
    /// <summary>A server that starts again over a large log, or a database that does, is back before; whoever stays away longer does not come back by itself.</summary>
    public static readonly TimeSpan MostSilence = TimeSpan.FromMinutes(5);

    private readonly Lock _lock = new();
    private long _since = clock.GetTimestamp();
    private int _waiting;

    /// <summary>Something is asked.</summary>
    public void Asked()
    {
        lock (_lock)
        {
            _since = _waiting++ == 0 ? clock.GetTimestamp() : _since;
        }
    }

    public void Answered()
    {
        lock (_lock)
        {
            (_since, _waiting) = (clock.GetTimestamp(), _waiting - 1);
        }
    }

    /// <summary>Ends when something has waited for too long while nothing at all was answered.</summary>
    public async Task SilenceAsync(CancellationToken cancellationToken)
    {
        while (Left() is { Ticks: > 0 } left)
        {
            await Task.Delay(left, clock, cancellationToken);
        }
    }

    private TimeSpan Left()
    {
        lock (_lock)
        {
            return _waiting == 0 ? MostSilence : MostSilence - clock.GetElapsedTime(_since);
        }
    }
}
