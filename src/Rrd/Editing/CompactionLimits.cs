namespace Strata.Rrd.Editing;

/// <summary>How large chunks may be made; larger ones are split. Values of <c>rerun rrd optimize --profile</c>.</summary>
/// <param name="MaxBytes">Of the decoded columns of a chunk.</param>
/// <param name="MaxRows">Rows of a chunk.</param>
/// <param name="MaxRowsIfUnsorted">Rows of a chunk with a timeline that is not sorted: its times say little of what it holds.</param>
public sealed record CompactionLimits(long MaxBytes, int MaxRows, int MaxRowsIfUnsorted)
{
    /// <summary>Larger chunks for querying over a network.</summary>
    public static CompactionLimits ObjectStore { get; } = new(2 << 20, 65_536, 8_192) { SplitSizeRatio = 10 };

    /// <summary>Small chunks for a viewer that shows what comes in.</summary>
    public static CompactionLimits Live { get; } = new(384 << 10, 4_096, 1_024);

    /// <summary>Archetypes of one chunk are parted where one is so many times as large as the next smaller one; null: they stay together. At least 1, at which each gets chunks of its own.</summary>
    public double? SplitSizeRatio { get; init; }

    internal int MostRows(bool isSorted) => isSorted ? MaxRows : Math.Min(MaxRows, MaxRowsIfUnsorted);
}
