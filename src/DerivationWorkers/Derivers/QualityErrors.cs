using Strata.Contracts;
using Strata.Rrd;

namespace Strata.DerivationWorkers;

/// <summary>The errors that a layer holds on one entity, as a verdict needs them.</summary>
/// <param name="Errors">Finite, one a row that can be judged.</param>
/// <param name="Dropped">Rows that have none: here, and before when the layer was made.</param>
internal sealed record QualityErrors(EntityPath Entity, double[] Errors, long Dropped)
{
    public bool IsTooFew(QualityParameters parameters) => Dropped > parameters.MaxDroppedFraction * (Errors.Length + (double)Dropped);

    public bool IsGood(QualityParameters parameters) => ErrorStatistics.MeanOf(Errors) < parameters.Threshold;

    /// <param name="drops">Counts what is left out here.</param>
    /// <returns>The errors, or why there is no verdict.</returns>
    public static (QualityErrors? Errors, Derivation.Skipped? Skip) Read(DerivationRequest request, QualityParameters parameters, EntityPath entity, DropCounts drops)
    {
        var column = new EntityColumn(entity, EntityColumn.DefaultComponent);
        var input = request.Inputs.FirstOrDefault(i => SchemaColumns.Of(i.Schema).Any(c => c.Column == column)) ?? request.Inputs[0];
        if (Mismatch(input.Schema, column) is { } mismatch)
        {
            return (null, new(SkipReasons.SchemaMismatch, request.Inputs.Count == 1 ? mismatch : $"none of the inputs has {column}; in {input.Layer}: {mismatch}", []));
        }

        var property = TrackingProperty.Of(input);
        if (property.DeclaredUnit is { } unit && unit != parameters.Unit)
        {
            return (null, new(
                SkipReasons.SchemaMismatch, $"the threshold {parameters.Threshold} is in {parameters.Unit}, the layer {input.Layer} is in {unit}; declare both rules with one unit", []));
        }

        var chunks = LoggedColumns.ChunksOf([input], column);
        if (LoggedColumns.WhyNoRows(column, chunks) is { } why)
        {
            return (null, new(SkipReasons.NoData, why, []));
        }

        var (index, refusal) = IndexChoice.Choose([chunks], null);
        if (index is not { } chosen)
        {
            return (null, new(SkipReasons.NoCommonIndex, refusal, []));
        }

        var series = JointSeries.Of(input.Chunks, column, chosen, keepNulls: true);
        var own = new DropCounts();
        own.Add(DropReasons.SupersededAtSameTime, series.Superseded);
        var errors = ErrorsOf(series, own);
        drops.Add(own);
        return errors.Length == 0
            ? (null, new(SkipReasons.NoData, $"the layer {input.Layer} has no row with an error", own.ToList()))
            : (new(entity, errors, own.Rows + property.Dropped), null);
    }

    public static string? Mismatch(Strata.Arrow.Schema schema, EntityColumn column) =>
        SchemaColumns.Mismatch(schema, [column], "--set entity=", isCommand: false, taken: [])?.ToString();

    /// <summary>One error a row; rows with none or several are left out, which of several counts would be a guess.</summary>
    private static double[] ErrorsOf(JointSeries series, DropCounts drops)
    {
        var cells = series.Cells;
        var errors = new double[cells.Length];
        var kept = 0;
        for (var i = 0; i < cells.Length;)
        {
            if (!cells[i].HasValue)
            {
                drops.Add(DropReasons.NoObservation);
                i++;
                continue;
            }

            var number = cells[i].Block;
            var block = series.Blocks[number];
            var values = block.Values;
            for (; i < cells.Length && cells[i].Block == number; i++)
            {
                if (WhyDropped(block, values, cells[i].Row, out errors[kept]) is { } reason)
                {
                    drops.Add(reason);
                }
                else
                {
                    kept++;
                }
            }
        }

        return kept == errors.Length ? errors : errors.AsSpan(0, kept).ToArray();
    }

    /// <param name="values">Those of the block, taken once for all its rows.</param>
    private static string? WhyDropped(JointCells block, ReadOnlySpan<double> values, int row, out double error)
    {
        error = 0;
        var start = block.Offsets[row] * block.Stride;
        var count = block.Offsets[row + 1] * block.Stride - start;
        if (count != 1)
        {
            return count == 0 ? DropReasons.EmptyObservation : DropReasons.JointCountDiffers;
        }

        if (block.MayHaveNullJoints && block.IsNullJoint(start))
        {
            return DropReasons.NullJoint;
        }

        error = values[start];
        return double.IsFinite(error) ? null : DropReasons.NonFinite;
    }
}
