using Strata.Contracts;

namespace Strata.Publishing;

/// <summary>The way to the broker, and back.</summary>
public interface IRobotBroker
{
    /// <summary>Whether answers to this robot are heard on the connection that stands.</summary>
    bool HearsAnswers { get; }

    bool IsConnected { get; }

    /// <returns>Whether the connection is a new one.</returns>
    /// <exception cref="LinkDownException">The broker is not reached, or refuses this robot.</exception>
    Task<bool> ConnectAsync(CancellationToken cancellationToken);

    /// <summary>Returns when the broker has it on disk and in a queue.</summary>
    /// <exception cref="LinkDownException">It may be there or not: send the same message again.</exception>
    /// <exception cref="RecordingRefusedException">Nobody takes messages of this kind now.</exception>
    Task PublishAsync(RecordingPublished message, CancellationToken cancellationToken);

    /// <summary>Says that the robot is there; nothing waits for it to arrive.</summary>
    /// <exception cref="LinkDownException">The connection broke.</exception>
    Task BeatAsync(RobotHeartbeat heartbeat, CancellationToken cancellationToken);
}
