using Strata.Arrow;
using Strata.Contracts;
using Strata.EventStore;
using Strata.Projections;
using Strata.Recordings;
using Strata.Registrar;
using Strata.Rrd;
using Strata.Rrd.Dataframe;

namespace Strata.Web;

/// <summary>Opens queries of the rows of datasets.</summary>
public sealed class DatasetQueries(Catalog catalog, IEventStore store, IRecordingStore recordings, IRegistrar registrar)
{
    private const string SchemaHashColumn = "rerun_schema_sha256";

    /// <exception cref="OperationException">There is no such dataset, index or moment; the message names those there are.</exception>
    public async Task<DatasetQuery> OpenAsync(QueryRequest request, Asker asker, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var query = QueryOf(request);
        var entry = await catalog.RequireDatasetAsync(request.Dataset, request.AsOf, asker, cancellationToken);
        var models = await catalog.CaughtUpAsync(cancellationToken);
        var dataset = await SchemaAsync(models, entry, cancellationToken);
        try
        {
            var schema = DataframeSchema.Of(dataset, query);
            return new DatasetQuery(request, entry, schema, models, new QueryFaults(store, registrar), recordings);
        }
        catch (DataframeException e)
        {
            throw dataset.FieldCount == 0
                ? new OperationException(OperationErrors.NotFound, $"dataset '{request.Dataset}' holds nothing, so it has no index '{request.Index}'", entry.AsOf is null ? $"strata register RECORDINGS --dataset {ShellWord.Of(request.Dataset)}" : $"strata history {ShellWord.Of(entry.Owner)} tells from when on it does")
                : new OperationException(OperationErrors.NotFound, $"dataset '{request.Dataset}': {e.Message}", "name one of them, or ask for static values without an index");
        }
    }

    /// <summary>Columns that held nothing but empty lists are left out of rows: that must be so in every recording, or values would be left out with them.</summary>
    private static async Task<Schema> SchemaAsync(IReadModels models, DatasetEntry entry, CancellationToken cancellationToken)
    {
        var dataset = await models.Schemas.ReadAsync(entry.Source, entry.AsOf, cancellationToken);
        if (!dataset.FieldsList.Any(field => SorbetKeys.IsSet(field.Metadata, SorbetKeys.IsSemanticallyEmpty)))
        {
            return dataset;
        }

        var layers = await models.Manifest.ReadAsync(entry.Source, new TableQuery(AsOf: entry.AsOf) { Columns = [SchemaHashColumn] }, cancellationToken);
        var hashes = new HashSet<Sha256Digest>();
        var column = (FixedSizeBinaryArray)layers.Column(0);
        for (var layer = 0; layer < column.Length; layer++)
        {
            hashes.Add(Sha256Digest.FromBytes(column.GetBytes(layer)));
        }

        var recordings = await models.Schemas.FindAsync(entry.Source, entry.AsOf, hashes, cancellationToken);
        return recordings.Values.Select(stream => Schema.FromIpcStream(stream)).Aggregate(dataset, DataframeSchema.WithValuesOf);
    }

    private static DataframeQuery QueryOf(QueryRequest request)
    {
        if ((request.From ?? long.MinValue) > (request.To ?? long.MaxValue))
        {
            throw new OperationException(OperationErrors.Invalid, $"expected rows from an earlier value to a later one, found from {request.From} to {request.To}", "exchange the two");
        }

        if (request.Index is null && (request.LatestAt || request.From is not null || request.To is not null || request.At is { Count: > 0 }))
        {
            throw new OperationException(OperationErrors.Invalid, "static values have no times: latest-at, from, to and at need an index", "strata dataset schema DATASET lists the indexes");
        }

        return new DataframeQuery
        {
            Index = request.Index,
            Contents = request.Contents is { Count: > 0 } contents ? ContentExpressions.Parse(contents) : ContentExpressions.Everything,
            FillLatestAt = request.LatestAt,
            Ranges = request.From is null && request.To is null ? null : [new TimeRange(request.From ?? long.MinValue, request.To ?? long.MaxValue)],
            IndexValues = request.At is { Count: > 0 } values ? values : null,
        };
    }
}
