namespace Strata.Publishing;

/// <summary>What was asked of the robot's side could not be done; nothing was lost by it.</summary>
/// <param name="message">What was expected, what was found, where.</param>
/// <param name="next">What to do about it.</param>
public sealed class PublishingException(string message, string next, Exception? cause = null) : Exception(message, cause)
{
    public string Next { get; } = next;

    /// <summary>Whether somebody has to make room on the disk first.</summary>
    public bool IsFull { get; init; }
}
