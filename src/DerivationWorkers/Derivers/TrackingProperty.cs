using Strata.Arrow;
using Strata.Rrd;

namespace Strata.DerivationWorkers;

/// <summary>What the property of a layer of tracking errors says of its rows; nothing when somebody else made the layer.</summary>
/// <param name="Dropped">Rows that could not be compared; 0 when it is not said.</param>
/// <param name="DeclaredUnit">Null when it is not said.</param>
internal sealed record TrackingProperty(long Dropped, string? DeclaredUnit)
{
    public const string RowsUsed = "rows_used";
    public const string RowsDropped = "rows_dropped";
    public const string Unit = "unit";

    /// <summary>What a person should look at though there is an answer; absent where there is nothing.</summary>
    public const string Warnings = "warnings";

    /// <summary>The property bears the layer's name. Of several values the one with the newest row id holds, as in Rerun's reader.</summary>
    public static TrackingProperty Of(InputLayer layer)
    {
        var entity = EntityPath.Properties.Append(layer.Layer);
        return new(
            Latest(layer, entity, RowsDropped) is Int64Array { Length: 1, NullCount: 0 } dropped ? Math.Max(0, dropped.Values[0]) : 0,
            Latest(layer, entity, Unit) is StringArray { Length: 1 } unit ? unit.GetString(0) : null);
    }

    private static IArrowArray? Latest(InputLayer layer, EntityPath entity, string component)
    {
        IArrowArray? latest = null;
        var newest = default(Tuid);
        foreach (var chunk in layer.Chunks.Where(chunk => chunk.EntityPath == entity))
        {
            for (var row = 0; row < chunk.NumRows && chunk.Component(component) is { } column; row++)
            {
                if (chunk.RowId(row) >= newest && column.Lists.GetSlicedValues(row) is { } values)
                {
                    (latest, newest) = (values, chunk.RowId(row));
                }
            }
        }

        return latest;
    }
}
