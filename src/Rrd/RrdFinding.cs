namespace Strata.Rrd;

/// <summary>Something in a file that was wrong or lost although the rest of the file was used.</summary>
/// <param name="Offset">Byte offset from the start of the file.</param>
/// <param name="Rule">One of the names in <see cref="RrdRules"/>; stable, for programs.</param>
/// <param name="Message">What was expected and found, for people.</param>
public sealed record RrdFinding(long Offset, string Rule, string Message)
{
    /// <summary>Whether something that was in the file is not among what was read of it. Otherwise all was read, by another way or with a rule broken.</summary>
    internal bool IsLoss => Rule is RrdRules.Truncated or RrdRules.Garbage or RrdRules.TrailingBytes or RrdRules.Message or RrdRules.Chunk;
}
