namespace Strata.Cli;

/// <summary>How a simulated robot's recordings reach Strata.</summary>
internal interface IPublishSimulated
{
    /// <summary>How many recordings a robot has on their way at most.</summary>
    int AtOnce { get; }

    /// <summary>Ends when it is answered, and, where it was accepted, when the rules are done with it.</summary>
    /// <exception cref="Web.OperationException">It could not be published.</exception>
    Task<PublishedRecording> PublishAsync(SimulatedRecording recording, CancellationToken cancellationToken);

    /// <summary>The robot is there, and so many recordings wait on it; one that has a real spool says what waits there.</summary>
    Task SendHeartbeatAsync(string robot, long spooled, long spooledBytes, CancellationToken cancellationToken);
}

/// <param name="Outcome">Of <see cref="Contracts.RecordingOutcomes"/>.</param>
/// <param name="Good">The verdict on its segment; null: none, or a person should look.</param>
/// <param name="MeanError">Of its tracking error, in radians; null without one.</param>
/// <param name="UntilQuality">From when it was published until its verdict could be seen; null where nothing new was derived.</param>
internal sealed record PublishedRecording(string Outcome, bool? Good, double? MeanError, TimeSpan? UntilQuality);
