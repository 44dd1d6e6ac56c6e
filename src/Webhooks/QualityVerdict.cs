using Strata.Arrow;
using Strata.Contracts;
using Strata.EventStore;

namespace Strata.Webhooks;

/// <summary>
/// What a layer says of its segment: by the property <c>…:tracking_good</c> of quality layers, or by the pair <c>…:verdict</c> and <c>…:good</c> of a declared verdict. Given or derived, whatever
/// the layer is called.
/// </summary>
/// <param name="TrackingGood">Null where the layer says nothing of it, or says that there is no telling.</param>
/// <param name="Declared">The declared verdict as its text; null where there is none.</param>
/// <param name="Reason">Of the declared verdict.</param>
internal sealed record QualityVerdict(bool? TrackingGood, string? Declared, string? Reason)
{
    private const string PropertyPrefix = "property:";
    private const string Bad = "bad";

    private static readonly QualityVerdict None = new(null, null, null);

    public bool IsBad => TrackingGood == false || Declared == Bad;

    public static async Task<QualityVerdict> OfAsync(LayerRegistered layer, IEventStore events, CancellationToken cancellationToken)
    {
        if (layer.PropertiesBlob is not { } hash || !(await events.ReadBlobsAsync([hash], cancellationToken)).TryGetValue(hash, out var ipc))
        {
            // Erased by a purge: what was known of the segment is not told any more.
            return None;
        }

        var batch = RecordBatch.FromIpcStream(ipc);
        return batch.Length == 1 ? Of(batch) : None;
    }

    private static QualityVerdict Of(RecordBatch batch)
    {
        var found = None;
        foreach (var (field, column) in batch.Schema.FieldsList.Zip(batch.Arrays).Where(c => c.First.Name.StartsWith(PropertyPrefix, StringComparison.Ordinal)))
        {
            if (field.Name.EndsWith(VerdictColumns.TrackingGoodSuffix, StringComparison.Ordinal))
            {
                found = found with { TrackingGood = Single<BooleanArray>(column)?.GetValue(0) };
            }
            else if (field.Name.EndsWith(VerdictColumns.VerdictSuffix, StringComparison.Ordinal) && field.Name[..^VerdictColumns.VerdictSuffix.Length] is var property
                && Single<StringArray>(column) is { } verdict && batch.TryColumn(property + VerdictColumns.GoodSuffix) is { } good && Single<BooleanArray>(good) is not null)
            {
                var reason = batch.TryColumn(property + VerdictColumns.ReasonSuffix) is { } words ? Single<StringArray>(words)?.GetString(0) : null;
                found = found with { Declared = verdict.GetString(0), Reason = reason };
            }
        }

        return found;
    }

    private static T? Single<T>(IArrowArray column)
        where T : class, IArrowArray => column switch
        {
            T plain => plain,
            ListArray list when list.GetSlicedValues(0) is T { Length: > 0 } values => values,
            _ => null,
        };
}
