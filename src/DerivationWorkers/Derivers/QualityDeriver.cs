using Strata.Arrow;
using Strata.Contracts;

namespace Strata.DerivationWorkers;

/// <summary>Whether the arm followed its commands: mean tracking error below a threshold. Reads whatever layer of errors stands, given or derived. Source: DESIGN §7.</summary>
public sealed class QualityDeriver : IDeriver
{
    public const string DeriverName = "quality";

    /// <summary>Component of the property, as the how-to names it.</summary>
    public const string TrackingGood = "tracking_good";

    private const string EntityOption = "--set entity=";

    private static readonly string[] PropertyComponents = [TrackingProperty.RowsUsed, TrackingProperty.RowsDropped, TrackingProperty.Unit];

    public string Name => DeriverName;

    public int Version => 1;

    public string? RefuseParameters(CanonicalJson parameters)
    {
        try
        {
            QualityParameters.Parse(parameters);
            return null;
        }
        catch (ParameterException refused)
        {
            return refused.Message;
        }
    }

    public RuleOutputs Outputs(CanonicalJson parameters, string outputLayer) => new([], [outputLayer]);

    public CanonicalJson WithDefaults(CanonicalJson parameters)
    {
        var wanted = QualityParameters.Parse(parameters);
        return ParameterDefaults.Add(
            parameters, ("threshold", wanted.Threshold), ("unit", wanted.Unit), ("maxDroppedFraction", wanted.MaxDroppedFraction), ("entity", wanted.Entity.ToString()));
    }

    public SchemaMatch Match(Schema schema, CanonicalJson parameters) =>
        Mismatch(schema, QualityParameters.Parse(parameters)) is { } mismatch ? new(mismatch) : SchemaMatch.Yes;

    public bool Reads(Field column, CanonicalJson parameters) => SchemaColumns.ColumnOf(column) is { } found
        && (found == ErrorColumn(QualityParameters.Parse(parameters)) || (found.Entity.IsProperty && PropertyComponents.Contains(found.Component)));

    public Derivation Derive(DerivationRequest request, CancellationToken cancellationToken)
    {
        var parameters = QualityParameters.Parse(request.Parameters);
        var input = request.Inputs[0];
        if (Mismatch(input.Schema, parameters) is { } mismatch)
        {
            return Skip(SkipReasons.SchemaMismatch, mismatch);
        }

        var property = TrackingProperty.Of(input);
        if (property.DeclaredUnit is { } unit && unit != parameters.Unit)
        {
            return Skip(SkipReasons.SchemaMismatch, $"the threshold {parameters.Threshold} is in {parameters.Unit}, the layer {input.Layer} is in {unit}; declare both rules with one unit");
        }

        var column = ErrorColumn(parameters);
        var chunks = LoggedColumns.ChunksOf(request.Inputs, column);
        if (LoggedColumns.WhyNoRows(column, chunks) is { } why)
        {
            return Skip(SkipReasons.NoData, why);
        }

        var (index, refusal) = IndexChoice.Choose([chunks], null);
        return index is { } chosen
            ? Judge(request, parameters, property, JointSeries.Of(LoggedColumns.RowsOf(chunks, column, chosen), keepNulls: true))
            : Skip(SkipReasons.NoCommonIndex, refusal);
    }

    private static EntityColumn ErrorColumn(QualityParameters parameters) => new(parameters.Entity, EntityColumn.DefaultComponent);

    private static string? Mismatch(Schema schema, QualityParameters parameters) =>
        SchemaColumns.Mismatch(schema, [ErrorColumn(parameters)], EntityOption, isCommand: false, taken: [])?.ToString();

    private Derivation Judge(DerivationRequest request, QualityParameters parameters, TrackingProperty property, JointSeries series)
    {
        var drops = new DropCounts();
        drops.Add(DropReasons.SupersededAtSameTime, series.Superseded);
        var errors = ErrorsOf(series, drops);
        if (errors.Length == 0)
        {
            return new Derivation.Skipped(SkipReasons.NoData, $"the layer {request.Inputs[0].Layer} has no row with an error", drops.ToList());
        }

        var dropped = drops.Rows + property.Dropped;
        var isTooFew = dropped > parameters.MaxDroppedFraction * (errors.Length + (double)dropped);
        bool? isGood = isTooFew ? null : ErrorStatistics.MeanOf(errors) < parameters.Threshold;
        var provenance = LayerFile.Provenance(request, this, errors.Length, drops);
        var json = DerivedLayer.Json(provenance);
        var layer = new DerivedLayer(DerivedIds.After(request.Inputs, request.Segment, json, [], errors));
        if (isGood is { } answer)
        {
            layer.AddProperty(request.OutputLayer, (TrackingGood, BooleanArray.From([answer])));
        }
        else
        {
            layer.AddNullProperty(request.OutputLayer, TrackingGood, BooleanArray.From([]));
        }

        layer.AddProvenance(request.OutputLayer, json);
        return LayerFile.Write(request, layer, provenance, isTooFew ? LayerFile.ReviewOutcome : LayerFile.DerivedOutcome);
    }

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
                if (Dropped(block, values, cells[i].Row, out errors[kept]) is { } reason)
                {
                    drops.Add(reason);
                }
                else
                {
                    kept++;
                }
            }
        }

        return errors.AsSpan(0, kept).ToArray();
    }

    /// <param name="values">Those of the block, taken once for all its rows.</param>
    private static string? Dropped(JointCells block, ReadOnlySpan<double> values, int row, out double error)
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

    private static Derivation.Skipped Skip(string reason, string detail) => new(reason, detail, []);
}
