using System.Globalization;
using Strata.Arrow;

namespace Strata.DerivationWorkers;

/// <summary>The first place at which two recordings do not say the same.</summary>
internal sealed record ContentDifference(string Expected, string Found, string? Place);

/// <summary>
/// Compares what two recordings say: entities, components with their types, times, and values bit by bit. Chunk ids, row ids, layout and compression do not count, nor does
/// how many rows are logged without any value.
/// </summary>
internal static class ContentComparison
{
    /// <param name="skips">Columns whose values are compared elsewhere; that both have them is looked at here.</param>
    public static ContentDifference? First(RecordingContent expected, RecordingContent found, Func<ContentColumn, bool> skips, CancellationToken cancellationToken)
    {
        if (expected.Id != found.Id)
        {
            return new($"{expected.Id}", $"{found.Id}", "the id of the recording");
        }

        foreach (var column in expected.Columns)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!found.Has(column))
            {
                return new("it is there", "it is not there", PlaceOf(column));
            }

            if (!skips(column) && OfColumn(column, expected.Cells(column), found.Cells(column)) is { } difference)
            {
                return difference;
            }
        }

        return found.Columns.FirstOrDefault(c => !expected.Has(c)) is { } more ? new("it is not there", "it is there", PlaceOf(more)) : null;
    }

    private static ContentDifference? OfColumn(ContentColumn column, IReadOnlyList<ContentCell> expected, IReadOnlyList<ContentCell> found)
    {
        var rows = Math.Min(expected.Count, found.Count);
        for (var k = 0; k < rows; k++)
        {
            if (RecordingContent.CompareTimes(expected[k], found[k]) != 0)
            {
                return new(Times(expected[k]), Times(found[k]), RowOf(k));
            }

            if (OfValue(expected[k], found[k]) is { } difference)
            {
                return new(difference.Expected, difference.Found, $"{RowOf(k)} ({Times(expected[k])}){(difference.Item is { } item ? $", value {item + 1}" : "")}");
            }
        }

        return expected.Count == found.Count ? null : new($"{expected.Count} rows", $"{found.Count} rows", PlaceOf(column));

        string RowOf(int row) => string.Create(CultureInfo.InvariantCulture, $"{PlaceOf(column)}, row {row + 1} of {expected.Count}");
    }

    private static (string Expected, string Found, int? Item)? OfValue(ContentCell expected, ContentCell found)
    {
        var (left, right) = (expected.Column.Lists, found.Column.Lists);
        if (left.DataType != right.DataType)
        {
            return ($"{left.DataType}", $"{right.DataType}", null);
        }

        if (left.GetValueLength(expected.Row) != right.GetValueLength(found.Row))
        {
            return ($"{left.GetValueLength(expected.Row)} values", $"{right.GetValueLength(found.Row)} values", null);
        }

        var (from, to) = (left.ValueOffsets[expected.Row], right.ValueOffsets[found.Row]);
        for (var k = 0; k < left.GetValueLength(expected.Row); k++)
        {
            if (!ArrayEquality.ValueEqual(left.Values, from + k, right.Values, to + k))
            {
                return (ValueWords.Of(left.Values, from + k), ValueWords.Of(right.Values, to + k), k);
            }
        }

        return null;
    }

    private static string PlaceOf(ContentColumn column) =>
        $"entity {column.Entity}, component {column.Component.Component}{(column.Component.Archetype is { } archetype ? $" of {archetype}" : "")}";

    private static string Times(ContentCell cell) => cell.Chunk.IsStatic
        ? "static"
        : string.Join(", ", cell.Chunk.Timelines.Select(t => string.Create(CultureInfo.InvariantCulture, $"{t.Name} = {t.Times[cell.Row]}")));
}
