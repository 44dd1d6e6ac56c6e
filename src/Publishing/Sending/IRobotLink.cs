using Strata.Contracts;

namespace Strata.Publishing;

/// <summary>The way by which a robot's messages go out and answers come back: a broker, or the server itself.</summary>
public interface IRobotLink : IAsyncDisposable
{
    /// <summary>Why answers to this robot are not heard on the latest connection, and what to do about it; null where they are.</summary>
    string? AnswersRefused { get; }

    bool IsConnected { get; }

    /// <returns>Whether the connection is a new one.</returns>
    /// <exception cref="LinkDownException">The other end is not reached, or refuses this robot.</exception>
    Task<bool> ConnectAsync(CancellationToken cancellationToken);

    /// <summary>Returns when the other end has it on disk.</summary>
    /// <returns>The answer, where it comes at once; null where it comes later.</returns>
    /// <exception cref="LinkDownException">It may be there or not: send the same message again.</exception>
    /// <exception cref="RecordingRefusedException">This message is not taken now.</exception>
    Task<RecordingAnswered?> PublishAsync(RecordingPublished message, CancellationToken cancellationToken);

    /// <summary>Says that the robot is there; nothing waits for it to arrive.</summary>
    /// <exception cref="LinkDownException">The connection broke.</exception>
    Task BeatAsync(RobotHeartbeat heartbeat, CancellationToken cancellationToken);
}
