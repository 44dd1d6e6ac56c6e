using Google.Protobuf;
using Grpc.Core;
using Strata.Catalog.Dataframes;
using Strata.Catalog.Entries;
using Strata.Catalog.Protocol;
using Strata.Catalog.Reading;
using Strata.Contracts;

namespace Strata.Catalog;

internal sealed partial class RerunCloudService
{
    /// <summary>Schemas that one call may ask for, as Rerun has it.</summary>
    private const int MaxSchemaIds = 1024;

    private const int Sha256Bytes = 32;

    /// <summary>
    /// Says no revision: a client keeps a schema for as long as it hears of no later one, and the answer to a registration cannot tell it, nor does anything when a
    /// rule adds a layer. Its next reader would not know the new columns. Source: catalog-protocol §2.11, §11.2.
    /// </summary>
    public override async Task<GetDatasetSchemaResponse> GetDatasetSchema(GetDatasetSchemaRequest request, ServerCallContext context)
    {
        var dataset = await Ports.RequireDatasetAsync(context);
        var schema = await Ports.ReadModels.Schemas.ReadAsync(dataset.Source, dataset.AsOf, context.CancellationToken);
        return new() { Schema = schema.ToMessage() };
    }

    /// <summary>The schemas of layers by the hashes in the manifest; unknown ones are passed over. Source: catalog-protocol §11.7.</summary>
    public override async Task GetSchemas(GetSchemasRequest request, IServerStreamWriter<GetSchemasResponse> responseStream, ServerCallContext context)
    {
        var wanted = SchemaIdsOf(request);
        var dataset = await Ports.RequireDatasetAsync(context);
        var schemas = await Ports.ReadModels.Schemas.FindOrderedAsync(dataset.Source, dataset.AsOf, wanted, context.CancellationToken);
        var meta = dataset.ToMeta();
        foreach (var hash in wanted.Where(schemas.ContainsKey))
        {
            var answer = new GetSchemasResponse
            {
                SchemaId = new() { Sha256 = ByteString.CopyFrom(Convert.FromHexString(hash.Value)) },
                Schema = schemas[hash].ToMessage(),
                Meta = meta,
            };
            await responseStream.WriteAsync(answer, context.CancellationToken);
            meta = null;
        }
    }

    private static List<Sha256Digest> SchemaIdsOf(GetSchemasRequest request)
    {
        if (request.SchemaIds.Count > MaxSchemaIds)
        {
            throw CatalogException.InvalidArgument(
                $"invalid value for field 'rerun.cloud.v1alpha1.GetSchemasRequest.schema_ids: got {request.SchemaIds.Count} identifiers, but at most {MaxSchemaIds} are allowed'");
        }

        return [.. request.SchemaIds.Select(SchemaIdOf).Distinct()];
    }

    private static Sha256Digest SchemaIdOf(SchemaId id) => id switch
    {
        { HasSha256: false } => throw CatalogException.MissingField("rerun.common.v1alpha1.SchemaId.sha256"),
        { Sha256.Length: not Sha256Bytes } => throw CatalogException.InvalidArgument(
            $"invalid value for field 'rerun.common.v1alpha1.SchemaId.sha256: expected {Sha256Bytes} bytes, got {id.Sha256.Length}'"),
        _ => Sha256Digest.FromBytes(id.Sha256.Span),
    };
}
