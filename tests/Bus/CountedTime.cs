using Strata.DerivationWorkers.Tests;
using Strata.UnreliableBus;

namespace Strata.Bus.Tests;

/// <summary>Time that a test moves on, and that tells how many timers were asked for.</summary>
internal sealed class CountedTime : ManualTime
{
    private readonly Watched<int> _made = new(0);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        _made.Change(made => made + 1);
        return timer;
    }

    /// <summary>Ends when that many timers were ever asked for: who waits for its first is at its first pause.</summary>
    public Task UntilMadeAsync(int timers, CancellationToken cancellationToken) => _made.UntilAsync(made => made >= timers, cancellationToken);
}
