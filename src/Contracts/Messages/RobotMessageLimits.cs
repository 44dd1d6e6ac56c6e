namespace Strata.Contracts;

/// <summary>How large a robot's message and its parts may be. docs/publishing.md and docs/recording-published.schema.json tell them to other languages.</summary>
public static class RobotMessageLimits
{
    /// <summary>All names at their longest and every character escaped come to less; a broker takes megabytes, of which each would have to be held.</summary>
    public const int MaxMessageBytes = 64 * 1024;

    /// <summary>So that <c>answer.&lt;robot&gt;</c> fits a routing key of 255 bytes with every byte of the name escaped to three.</summary>
    public const int MaxRobotBytes = 64;

    /// <summary>As long as the paths of the file systems that recordings lie on.</summary>
    public const int MaxUrlBytes = 4096;

    /// <returns>What is wrong with the name of a robot, or null when it is allowed.</returns>
    public static string? RefuseRobot(string name) => Names.RefuseId("robot", name)
        ?? (System.Text.Encoding.UTF8.GetByteCount(name) is var bytes and > MaxRobotBytes ? $"robot id has {bytes} bytes of UTF-8; at most {MaxRobotBytes} are allowed" : null);
}
