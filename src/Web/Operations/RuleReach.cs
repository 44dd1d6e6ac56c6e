using Strata.Arrow;
using Strata.Contracts;
using Strata.Projections;

namespace Strata.Web;

/// <summary>What of a dataset a new revision of a rule does not reach by itself: a rule works on what is registered after its declaration. Source: DESIGN §4.5.</summary>
public sealed class RuleReach(Catalog catalog)
{
    /// <summary>Few enough that a query by segment stays cheap.</summary>
    private const int SegmentsPerQuery = 500;

    /// <summary>Segments in which all inputs of the rule stand; work that nobody has done yet is done under the new revision and does not count.</summary>
    public async Task<long> CountBeforeAsync(DatasetId dataset, RuleDeclared rule, CancellationToken cancellationToken)
    {
        var models = await catalog.CaughtUpAsync(cancellationToken);
        var table = await models.Segments.ReadAsync(dataset, new TableQuery { Columns = ["rerun_segment_id", "rerun_layer_names"] }, cancellationToken);
        long count = 0;
        foreach (var some in SegmentsWith(table, [.. rule.Inputs]).Chunk(SegmentsPerQuery))
        {
            var open = await models.Work.OpenAsync(dataset, some, asOf: null, cancellationToken);
            count += some.Length - open.Where(item => item.Rule == rule.Rule).DistinctBy(item => item.Segment).Count();
        }

        return count;
    }

    private static List<string> SegmentsWith(RecordBatch table, HashSet<string> inputs)
    {
        var segments = (StringArray)table.Column("rerun_segment_id");
        var layers = (ListArray)table.Column("rerun_layer_names");
        var names = (StringArray)layers.Values;
        var found = new List<string>();
        for (var row = 0; row < table.Length; row++)
        {
            var (start, end) = (layers.ValueOffsets[row], layers.ValueOffsets[row + 1]);
            if (inputs.IsSubsetOf(Enumerable.Range(start, end - start).Select(i => names.GetString(i)!)))
            {
                found.Add(segments.GetString(row)!);
            }
        }

        return found;
    }
}
