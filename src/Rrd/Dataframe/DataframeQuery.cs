namespace Strata.Rrd.Dataframe;

/// <summary>What of a dataset is asked for, as Rerun's <c>reader(index=…)</c> has it. Source: catalog-protocol §2.14, §4.</summary>
public sealed record DataframeQuery
{
    /// <summary>The timeline whose values are the rows; null: one row of static values a segment.</summary>
    public string? Index { get; init; }

    /// <summary>Which columns. A time at which none of them has a value is no row.</summary>
    public ContentExpressions Contents { get; init; } = ContentExpressions.Everything;

    /// <summary>Whether a cell without a value of its own shows the last one before it. Cleared ones (empty lists) are carried on, nulls are not.</summary>
    public bool FillLatestAt { get; init; }

    /// <summary>Only rows inside one of these; null: all. What is filled in may be older.</summary>
    public IReadOnlyList<TimeRange>? Ranges { get; init; }

    /// <summary>Rows at just these times, whether anything was logged then or not; null: at those that were logged.</summary>
    public IReadOnlyList<long>? IndexValues { get; init; }

    /// <summary>Also columns that never held anything but empty lists.</summary>
    public bool IncludeSemanticallyEmptyColumns { get; init; }

    /// <summary>Also the columns of <c>Clear</c>.</summary>
    public bool IncludeTombstoneColumns { get; init; }
}

/// <summary>Times of an index, both ends included, in the index's unit.</summary>
/// <param name="Start">The first time inside.</param>
/// <param name="End">The last time inside.</param>
public readonly record struct TimeRange(long Start, long End)
{
    /// <summary>Whether the time lies in it, both ends included.</summary>
    public bool Contains(long time) => time >= Start && time <= End;
}
