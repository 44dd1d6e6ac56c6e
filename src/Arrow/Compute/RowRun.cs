namespace Strata.Arrow;

/// <summary>Some rows of one array: one after another, or one of them again and again.</summary>
/// <param name="Source">Which of the arrays; <see cref="Nothing"/>: rows that are null.</param>
/// <param name="Start">The first row.</param>
/// <param name="Length">How many rows come of it.</param>
/// <param name="Repeats">Whether all of them are the row at <paramref name="Start"/>.</param>
public readonly record struct RowRun(int Source, int Start, int Length, bool Repeats = false)
{
    /// <summary>In place of a source: no array has these rows.</summary>
    public const int Nothing = -1;

    /// <summary>Rows of no array.</summary>
    public static RowRun Nulls(int length) => new(Nothing, 0, length);
}
