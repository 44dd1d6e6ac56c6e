namespace Strata.Rrd;

/// <summary>Something in a file that was wrong or lost although the rest of the file was used.</summary>
/// <param name="Offset">Byte offset from the start of the file.</param>
/// <param name="Rule">One of the names in <see cref="RrdRules"/>; stable, for programs.</param>
/// <param name="Message">What was expected and found, for people.</param>
public sealed record RrdFinding(long Offset, string Rule, string Message);
