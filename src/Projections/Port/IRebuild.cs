namespace Strata.Projections;

/// <summary>Makes a new generation of every read model by replay, compares it with the live one and swaps it in.</summary>
public interface IRebuild
{
    /// <param name="verifyOnly">True: compare and change nothing.</param>
    Task<RebuildReport> RunAsync(bool verifyOnly, IProgress<RebuildProgress>? progress, CancellationToken cancellationToken);
}

public sealed record RebuildProgress(long Events, long TotalEvents);

/// <summary>What <c>strata rebuild --json</c> prints.</summary>
public sealed record RebuildReport(long Events, double Seconds, double EventsPerSecond, IReadOnlyList<RebuildDifference> Differences);

/// <param name="Key">Primary key of the row, as text.</param>
/// <param name="Live">What the live read model holds; null: no such row.</param>
/// <param name="Replayed">What the replay says; null: no such row.</param>
public sealed record RebuildDifference(string Table, string Key, string? Column, string? Live, string? Replayed);
