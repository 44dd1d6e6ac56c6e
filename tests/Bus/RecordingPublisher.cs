using System.Threading.Channels;
using Strata.Contracts;

namespace Strata.Bus.Tests;

/// <summary>A transport that keeps what it was given, and refuses as often as told.</summary>
internal sealed class RecordingPublisher : IPublishMessages
{
    private readonly Channel<IReadOnlyList<EvaluateSegment>> _wakeUps = Channel.CreateUnbounded<IReadOnlyList<EvaluateSegment>>();
    private readonly Channel<EventsPublished> _feed = Channel.CreateUnbounded<EventsPublished>();
    private int _refusals;

    public ChannelReader<IReadOnlyList<EvaluateSegment>> WakeUps => _wakeUps.Reader;

    public ChannelReader<EventsPublished> Feed => _feed.Reader;

    public void RefuseNext(int times) => _refusals = times;

    public Task PublishAsync(EventsPublished message, CancellationToken cancellationToken)
    {
        RefuseWhileTold();
        _feed.Writer.TryWrite(message);
        return Task.CompletedTask;
    }

    public Task PublishAsync(IReadOnlyList<EvaluateSegment> messages, CancellationToken cancellationToken)
    {
        RefuseWhileTold();
        _wakeUps.Writer.TryWrite(messages);
        return Task.CompletedTask;
    }

    private void RefuseWhileTold()
    {
        if (_refusals > 0)
        {
            _refusals--;
            throw new IOException("the broker is away");
        }
    }
}

/// <summary>A checkpoint in memory that tells when it was written.</summary>
internal sealed class RecordingCheckpoint(long position = 0) : IRelayCheckpoint
{
    private readonly Channel<long> _written = Channel.CreateUnbounded<long>();

    public long Position { get; private set; } = position;

    public ChannelReader<long> Written => _written.Reader;

    public async Task UntilAsync(long position, CancellationToken cancellationToken)
    {
        while (await _written.Reader.ReadAsync(cancellationToken) < position)
        {
        }
    }

    public Task<long> ReadAsync(CancellationToken cancellationToken) => Task.FromResult(Position);

    public Task WriteAsync(long position, CancellationToken cancellationToken)
    {
        Position = position;
        _written.Writer.TryWrite(position);
        return Task.CompletedTask;
    }
}

/// <summary>A clock whose pauses are over at once.</summary>
internal sealed class ImpatientTime : TimeProvider
{
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        base.CreateTimer(callback, state, TimeSpan.Zero, Timeout.InfiniteTimeSpan);
}

/// <summary>As a transport whose broker is away: it holds what it is given until the broker is back.</summary>
internal sealed class AwayPublisher(IPublishMessages there) : IPublishMessages
{
    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _back = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _handedOn = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Asked => _asked.Task;

    /// <summary>Something was handed on after the return, whatever the transport made of it.</summary>
    public Task HandedOn => _handedOn.Task;

    public void Return() => _back.SetResult();

    public Task PublishAsync(EventsPublished message, CancellationToken cancellationToken) => there.PublishAsync(message, cancellationToken);

    public async Task PublishAsync(IReadOnlyList<EvaluateSegment> messages, CancellationToken cancellationToken)
    {
        _asked.TrySetResult();
        await _back.Task.WaitAsync(cancellationToken);
        try
        {
            await there.PublishAsync(messages, cancellationToken);
        }
        finally
        {
            _handedOn.TrySetResult();
        }
    }
}
