using System.Threading.Channels;
using Strata.Contracts;

namespace Strata.Publishing.Tests;

/// <summary>The broker and who answers behind it.</summary>
internal sealed class FakeBroker : IRobotLink
{
    public Action<RecordingAnswered> Answered { get; private set; } = _ => { };

    public Action Lost { get; private set; } = () => { };

    public List<RecordingPublished> Published { get; } = [];

    public Channel<RobotHeartbeat> Beats { get; } = Channel.CreateUnbounded<RobotHeartbeat>();

    public string? AnswersRefused { get; set; }

    public bool IsConnected { get; private set; }

    public bool Down { get; set; }

    public int LosesConfirmations { get; set; }

    public Action<RecordingPublished> AtPublish { get; set; } = _ => { };

    public FakeBroker Connect(Action<RecordingAnswered> answered, Action lost)
    {
        (Answered, Lost) = (answered, lost);
        return this;
    }

    public Task<bool> ConnectAsync(CancellationToken cancellationToken)
    {
        if (Down)
        {
            throw new LinkDownException("the broker is down");
        }

        var isNew = !IsConnected;
        IsConnected = true;
        return Task.FromResult(isNew);
    }

    /// <summary>Given at once, as a server over HTTP does.</summary>
    public Func<RecordingPublished, RecordingAnswered?> AnswerAtOnce { get; set; } = _ => null;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    public Task<RecordingAnswered?> PublishAsync(RecordingPublished message, CancellationToken cancellationToken)
    {
        Published.Add(message);
        if (LosesConfirmations-- > 0)
        {
            throw new LinkDownException("the connection broke");
        }

        AtPublish(message);
        return Task.FromResult(AnswerAtOnce(message));
    }

    public Task BeatAsync(RobotHeartbeat heartbeat, CancellationToken cancellationToken) => Beats.Writer.WriteAsync(heartbeat, cancellationToken).AsTask();
}
