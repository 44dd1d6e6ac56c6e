using Strata.Arrow;
using Strata.Contracts;
using Strata.EventStore;

namespace Strata.Webhooks;

/// <summary>Whether a layer says that its segment is bad, by the property that quality layers carry: given or derived, whatever the layer is called.</summary>
internal static class QualityVerdict
{
    private const string PropertyPrefix = "property:";
    private const string GoodSuffix = ":tracking_good";

    /// <returns>Null where the layer says nothing of it, or says that there is no telling.</returns>
    public static async Task<bool?> OfAsync(LayerRegistered layer, IEventStore events, CancellationToken cancellationToken)
    {
        if (layer.PropertiesBlob is not { } hash || !(await events.ReadBlobsAsync([hash], cancellationToken)).TryGetValue(hash, out var ipc))
        {
            // Erased by a purge: what was known of the segment is not told any more.
            return null;
        }

        var batch = RecordBatch.FromIpcStream(ipc);
        foreach (var (field, column) in batch.Schema.FieldsList.Zip(batch.Arrays))
        {
            if (field.Name.StartsWith(PropertyPrefix, StringComparison.Ordinal) && field.Name.EndsWith(GoodSuffix, StringComparison.Ordinal) && batch.Length == 1)
            {
                return ValueOf(column);
            }
        }

        return null;
    }

    private static bool? ValueOf(IArrowArray column) => column switch
    {
        BooleanArray plain => plain.GetValue(0),
        ListArray list when list.GetSlicedValues(0) is BooleanArray { Length: > 0 } values => values.GetValue(0),
        _ => null,
    };
}
