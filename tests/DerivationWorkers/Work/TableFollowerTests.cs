using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using Strata.Projections;

namespace Strata.DerivationWorkers.Tests;

/// <summary>Whoever mended parked tables need not start the worker anew.</summary>
public sealed class TableFollowerTests
{
    /// <summary>Of one that has stopped following: it would be waited for without an end.</summary>
    private const int Patience = 60_000;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory(Timeout = Patience)]
    [InlineData(typeof(ProjectionParkedException))]
    [InlineData(typeof(ProjectionLagException))]
    public async Task Tables_that_stood_still_are_followed_again_once_they_move(Type standstill)
    {
        var (time, wake) = (new SignallingTime(), new WakeSignal());
        var changes = Channel.CreateUnbounded<Exception?>();
        var follower = new TableFollower(
            async token => _ = await changes.Reader.ReadAsync(token) is { } fault ? throw fault : true, wake, TimeSpan.FromSeconds(30), time, NullLogger.Instance);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var running = follower.RunAsync(stop.Token);

        foreach (var _ in Enumerable.Range(0, 3))
        {
            changes.Writer.TryWrite((Exception)Activator.CreateInstance(standstill, 7L, "an event of a newer version", "tables")!);
            await time.WaitsAsync();
            time.Advance(TableFollower.LookAgainAfter);
        }

        changes.Writer.TryWrite(null);
        await wake.WaitAsync(Token);
        await stop.CancelAsync();
        await running;
    }

    /// <summary>Tells when somebody waits for it.</summary>
    private sealed class SignallingTime : ManualTime
    {
        private readonly Channel<bool> _waits = Channel.CreateUnbounded<bool>();

        public async Task WaitsAsync() => await _waits.Reader.ReadAsync(Token);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            if (dueTime == TableFollower.LookAgainAfter)
            {
                _waits.Writer.TryWrite(true);
            }

            return timer;
        }
    }
}
