using System.Collections.Frozen;
using Strata.Arrow;
using Strata.Catalog.Protocol;

namespace Strata.Catalog.Reading;

/// <summary>Rows that pass the filters of a scan, by the names in one of their columns. Source: catalog-protocol §2.9, §11.2.</summary>
internal static class RowFilter
{
    public static Func<int, bool> Segments(RecordBatch table, SegmentIdFilter? filter) => filter?.StrategyCase switch
    {
        SegmentIdFilter.StrategyOneofCase.ScanOnly => Names(table, "rerun_segment_id", filter.ScanOnly.SegmentIds, keeps: true),
        SegmentIdFilter.StrategyOneofCase.Skip => Names(table, "rerun_segment_id", filter.Skip.SegmentIds, keeps: false),
        _ => static _ => true,
    };

    public static Func<int, bool> Layers(RecordBatch table, LayerNameFilter? filter) => filter?.StrategyCase switch
    {
        LayerNameFilter.StrategyOneofCase.ScanOnly => Names(table, "rerun_layer_name", filter.ScanOnly.LayerNames, keeps: true),
        LayerNameFilter.StrategyOneofCase.Skip => Names(table, "rerun_layer_name", filter.Skip.LayerNames, keeps: false),
        _ => static _ => true,
    };

    /// <summary>The rows that pass; runs of them are joined as they are.</summary>
    public static RecordBatch Where(this RecordBatch table, Func<int, bool> passes)
    {
        var runs = new List<(int First, int Count)>();
        for (var row = 0; row < table.Length; row++)
        {
            if (!passes(row))
            {
                continue;
            }

            if (runs.Count > 0 && runs[^1].First + runs[^1].Count == row)
            {
                runs[^1] = (runs[^1].First, runs[^1].Count + 1);
            }
            else
            {
                runs.Add((row, 1));
            }
        }

        return runs.Count switch
        {
            0 => table.Slice(0, 0),
            1 => table.Slice(runs[0].First, runs[0].Count),
            _ => new RecordBatch(table.Schema, table.Arrays.Select(a => ArrayConcatenator.Concatenate([.. runs.Select(r => a.Slice(r.First, r.Count))])), runs.Sum(r => r.Count)),
        };
    }

    private static Func<int, bool> Names(RecordBatch table, string column, IEnumerable<string> names, bool keeps)
    {
        var values = (StringArray)table.Column(column);
        var listed = names.ToFrozenSet(StringComparer.Ordinal);
        return row => listed.Contains(values.GetString(row)!) == keeps;
    }
}
