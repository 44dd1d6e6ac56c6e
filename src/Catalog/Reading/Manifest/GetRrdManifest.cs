using Google.Protobuf;
using Grpc.Core;
using Strata.Catalog.Dataframes;
using Strata.Catalog.Entries;
using Strata.Catalog.Protocol;
using Strata.Catalog.Reading;
using Strata.Projections;

namespace Strata.Catalog;

internal sealed partial class RerunCloudService
{
    /// <summary>The chunk index of a segment, as a file's footer has it, with a key for each chunk. Source: catalog-protocol §2.12.</summary>
    public override async Task GetRrdManifest(GetRrdManifestRequest request, IServerStreamWriter<GetRrdManifestResponse> responseStream, ServerCallContext context)
    {
        var segment = RequestIds.SegmentOf(request.SegmentId ?? throw CatalogException.MissingField("rerun.cloud.v1alpha1.GetRrdManifestRequest.segment_id"));
        var dataset = await Ports.RequireDatasetAsync(context);
        var layers = await Ports.ReadModels.Chunks.ReadAsync(dataset.Source, segment, dataset.AsOf, context.CancellationToken);
        if (layers.Count == 0)
        {
            throw CatalogException.NotFound($"Segment '{segment}' not found in dataset '{dataset.Dataset.Value}'");
        }

        var schema = await SchemaOfAsync(dataset, layers, context.CancellationToken);
        var store = new StoreId
        {
            Kind = dataset.Kind == Contracts.DatasetKind.Blueprint ? StoreKind.Blueprint : StoreKind.Recording,
            RecordingId = segment,
            ApplicationId = new() { Id = layers[0].ApplicationId },
        };
        var meta = dataset.ToMeta();
        foreach (var part in ManifestParts.Cut(LayeredManifest.Of(layers)))
        {
            var manifest = new RrdManifest
            {
                StoreId = store,
                SorbetSchema = new() { ArrowSchema = UnsafeByteOperations.UnsafeWrap(schema.Stream) },
                SorbetSchemaSha256 = UnsafeByteOperations.UnsafeWrap(schema.Sha256),
                Data = part.ToPart(),
            };
            await responseStream.WriteAsync(new() { RrdManifest = manifest, Meta = meta }, context.CancellationToken);
            meta = null;
        }
    }

    private async Task<LayeredSchema> SchemaOfAsync(Projections.DatasetEntry dataset, IReadOnlyList<LayerChunks> layers, CancellationToken cancellationToken)
    {
        var hashes = layers.Select(l => l.SchemaSha256).Distinct().ToList();
        var streams = await Ports.ReadModels.Schemas.FindAsync(dataset.Source, dataset.AsOf, hashes, cancellationToken);
        return LayeredSchema.Of([.. hashes.Select(h => new LayeredSchema(streams[h], Convert.FromHexString(h.Value)))]);
    }
}
