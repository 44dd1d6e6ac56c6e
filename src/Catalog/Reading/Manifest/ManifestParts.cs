using Strata.Arrow;

namespace Strata.Catalog.Reading;

/// <summary>Cuts a table into messages of bounded size; at least one, which tells the columns. Source: catalog-protocol §1.4, §2.9.</summary>
internal static class ManifestParts
{
    /// <summary>Large enough that the framing costs nothing, small enough that a client sees its first rows at once.</summary>
    private const int PartBytes = 1024 * 1024;

    public static IEnumerable<RecordBatch> Cut(RecordBatch table)
    {
        var bytes = ArrowStreamWriter.MeasureStream(table);
        if (bytes <= PartBytes)
        {
            yield return table;
            yield break;
        }

        var rows = (int)Math.Max(1, (long)table.Length * PartBytes / bytes);
        for (var first = 0; first < table.Length; first += rows)
        {
            yield return table.Slice(first, Math.Min(rows, table.Length - first));
        }
    }
}
