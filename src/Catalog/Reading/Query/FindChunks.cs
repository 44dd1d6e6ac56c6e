using System.Collections.Immutable;
using Grpc.Core;
using Strata.Arrow;
using Strata.Catalog.Entries;
using Strata.Catalog.Protocol;
using Strata.Catalog.Reading;

namespace Strata.Catalog;

internal sealed partial class RerunCloudService
{
    /// <summary>Rows of one message: the chunks of some hundred segments of a fleet, a quarter of a megabyte.</summary>
    private const int FoundChunksRows = 4_096;

    /// <summary>How clients from 0.41 on ask which chunks a query needs. Source: catalog-protocol §11.3.</summary>
    public override async Task FindChunks(FindChunksRequest request, IServerStreamWriter<FindChunksResponse> responseStream, ServerCallContext context)
    {
        var selection = FindChunksSelection.Of(request);
        var dataset = await Ports.RequireDatasetAsync(context);
        if (selection.Timeline is { } timeline)
        {
            RequireTimeline(await TimelinesAsync(dataset, context.CancellationToken), timeline);
        }

        var shape = FoundChunksShape.OfFindChunks(selection.Timeline);
        var found = FoundAsync(dataset, selection.Query, shape, context.CancellationToken);
        await responseStream.SendTableAsync(dataset, found, static (rows, meta) => new() { Data = rows, Meta = meta }, context.CancellationToken);
    }

    /// <summary>How clients before 0.41 ask which chunks a query needs. Source: catalog-protocol §2.14, §11.5.</summary>
    public override async Task QueryDataset(QueryDatasetRequest request, IServerStreamWriter<QueryDatasetResponse> responseStream, ServerCallContext context)
    {
        var rules = QueryDatasetRules.Of(ClientGeneration.Of(context));
        var selection = QueryDatasetSelection.Of(request, rules);
        var dataset = await Ports.RequireDatasetAsync(context);
        var timelines = await TimelinesAsync(dataset, context.CancellationToken);
        if (rules.UnknownTimelineIsRefused)
        {
            foreach (var timeline in selection.Timelines)
            {
                RequireTimeline(timelines, timeline);
            }
        }

        var shape = FoundChunksShape.OfQueryDataset(rules.StartsOf(request, timelines, selection.Timelines));
        var found = FoundAsync(dataset, selection.Query, shape, context.CancellationToken);
        await responseStream.SendTableAsync(dataset, found, static (rows, meta) => new() { Data = rows, Meta = meta }, context.CancellationToken);
    }

    /// <summary>At least one table, which tells the columns.</summary>
    private async IAsyncEnumerable<RecordBatch> FoundAsync(
        Projections.DatasetEntry dataset, ChunkQuery query, FoundChunksShape shape, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var found = new FoundChunks(shape);
        var isFirst = true;
        if (!query.IsEmpty)
        {
            await foreach (var layer in Ports.ReadModels.Chunks.ReadManyAsync(dataset.Source, query.Segments, dataset.AsOf, cancellationToken))
            {
                var index = ChunkIndexView.Of(layer.Chunks);
                foreach (var rows in ChunkSelector.Select(index, layer.Segment, query).Chunk(FoundChunksRows))
                {
                    found.Add(layer.Segment, layer.Layer, layer.Position, index, rows);
                    if (found.Count >= FoundChunksRows)
                    {
                        yield return found.Take();
                        isFirst = false;
                    }
                }
            }
        }

        if (isFirst || found.Count > 0)
        {
            yield return found.Take();
        }
    }

    /// <summary>The timelines of a dataset, sorted.</summary>
    private async Task<ImmutableArray<string>> TimelinesAsync(Projections.DatasetEntry dataset, CancellationToken cancellationToken)
    {
        var schema = await Ports.ReadModels.Schemas.ReadAsync(dataset.Source, dataset.AsOf, cancellationToken);
        return [.. schema.FieldsList.Select(f => f.Metadata.GetValueOrDefault("rerun:index_name")).OfType<string>().Distinct().Order(StringComparer.Ordinal)];
    }

    private static void RequireTimeline(ImmutableArray<string> known, string timeline)
    {
        if (!known.Contains(timeline))
        {
            throw CatalogException.InvalidArgument($"unknown timeline `{timeline}`");
        }
    }
}
