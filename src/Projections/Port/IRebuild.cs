namespace Strata.Projections;

/// <summary>Makes a new generation of every read model by replay, compares it with the live one and swaps it in.</summary>
public interface IRebuild
{
    /// <param name="verifyOnly">True: compare and change nothing.</param>
    Task<RebuildReport> RunAsync(bool verifyOnly, IProgress<RebuildProgress>? progress, CancellationToken cancellationToken);
}

/// <param name="Events">Position reached; of a replay that goes on where one was cut, from there on.</param>
public sealed record RebuildProgress(long Events, long TotalEvents);

/// <summary>What <c>strata rebuild --json</c> prints.</summary>
/// <param name="Events">Replayed this time.</param>
public sealed record RebuildReport(long Events, double Seconds, double EventsPerSecond, IReadOnlyList<RebuildDifference> Differences)
{
    /// <summary>Up to this position a rebuild that was cut short had come, and this one went on from there; 0: from the beginning.</summary>
    public long ResumedFrom { get; init; }

    /// <summary>SHA-256 of each table as the replay made it: another installation with the same log has the same ones. Of a comparison only; else null.</summary>
    public IReadOnlyDictionary<string, string>? Digests { get; init; }

    /// <summary>The generation that served before and is kept; null where nothing was swapped.</summary>
    public int? KeptGeneration { get; init; }
}

/// <param name="Key">Primary key of the row, as text.</param>
/// <param name="Live">What the live read model holds; null: no such row.</param>
/// <param name="Replayed">What the replay says; null: no such row.</param>
public sealed record RebuildDifference(string Table, string Key, string? Column, string? Live, string? Replayed);
