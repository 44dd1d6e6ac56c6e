using Strata.Contracts;
using Strata.EventStore;

namespace Strata.Registrar;

/// <summary>A robot says that it is there: no fact of the log, only the newest one counts.</summary>
public sealed class HeartbeatHandler(IHeartbeats heartbeats) : IHandle<RobotHeartbeat>
{
    /// <summary>A version is shown in a table; a longer text is none.</summary>
    public const int MaxVersionLength = 100;

    /// <exception cref="ArgumentException">It names no robot, counts below zero, or its version is no version.</exception>
    public Task HandleAsync(RobotHeartbeat message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        return Refusal(message) is { } refusal ? throw new ArgumentException($"heartbeat: {refusal}") : heartbeats.KeepAsync(message, cancellationToken);
    }

    private static string? Refusal(RobotHeartbeat message) => RobotMessageLimits.RefuseRobot(message.Robot) ?? message switch
    {
        { SentAtNs: <= 0 } => $"sentAtNs: expected nanoseconds since 1970, found {message.SentAtNs}",
        { Spooled: < 0 } => $"spooled: expected 0 or more, found {message.Spooled}",
        { SpooledBytes: < 0 } => $"spooledBytes: expected 0 or more, found {message.SpooledBytes}",
        { Version.Length: > MaxVersionLength } => $"version: expected at most {MaxVersionLength} characters, found {message.Version.Length}",
        { Version: { } version } when version.Any(char.IsControl) => "version: expected text on one line, found control characters",
        _ => null,
    };
}
