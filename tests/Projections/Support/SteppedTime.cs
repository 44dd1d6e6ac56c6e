using System.Threading.Channels;

namespace Strata.Projections.Tests.Support;

/// <summary>A clock that stands: a pause is over when the test says so.</summary>
internal sealed class SteppedTime : TimeProvider
{
    private readonly Channel<Pause> _pauses = Channel.CreateUnbounded<Pause>();

    /// <summary>Waits until somebody pauses.</summary>
    public ValueTask<Pause> NextPauseAsync(CancellationToken cancellationToken) => _pauses.Reader.ReadAsync(cancellationToken);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        _pauses.Writer.TryWrite(new Pause(dueTime, () => callback(state)));
        return new Timer();
    }

    internal sealed record Pause(TimeSpan Length, Action End);

    private sealed class Timer : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
