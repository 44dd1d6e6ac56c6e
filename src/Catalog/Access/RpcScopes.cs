using System.Collections.Frozen;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Strata.Catalog.Transport;
using Strata.Contracts;

namespace Strata.Catalog.Access;

/// <summary>
/// The least that each RPC needs with some dataset, checked before its handler runs: an RPC whose handler forgets to ask is never open to more than these.
/// What is not named here needs <see cref="AccessScope.Admin"/>.
/// </summary>
internal static class RpcScopes
{
    private static readonly FrozenDictionary<string, AccessScope> Least = ((string[])
        [
            "Version", "WhoAmI", "DoBandwidthTest", "WatchEvents", "FindEntries", "ReadDatasetEntry", "ReadTableEntry", "GetSegmentTableSchema", "ScanSegmentTable",
            "GetDatasetManifestSchema", "ScanDatasetManifest", "GetDatasetSchema", "GetSchemas", "GetRrdManifest", "GetAssetsForSegment", "GetSegmentProperties",
            "QueryDataset", "FindChunks", "FetchChunks", "GetTableSchema", "ScanTable", "QueryTasks", "QueryTasksOnCompletion",
        ])
        .Select(method => KeyValuePair.Create(method, AccessScope.Read))
        .Concat(((string[])
        [
            "CreateDatasetEntry", "UpdateDatasetEntry", "RegisterWithDataset", "UnregisterFromDataset", "WriteChunks", "SetSegmentProperties", "DeleteSegmentProperties",
            "GetWriteAccessGrant", "GetMultipartUploadPartGrants", "CompleteMultipartUpload", "AbortMultipartUpload", "CancelTasks", "CreateTableEntry", "RegisterTable",
            "UpdateTableEntry", "WriteTable",
        ])
        .Select(method => KeyValuePair.Create(method, AccessScope.Register)))
        .ToFrozenDictionary(StringComparer.Ordinal);

    public static AccessScope Of(string method) => Least.GetValueOrDefault(method, AccessScope.Admin);

    public static void RequireRpcScopes(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        if (context.Features.Get<CallerAccess>() is { } caller
            && context.GetEndpoint()?.Metadata.GetMetadata<GrpcMethodMetadata>()?.Method.Name is { } method
            && !caller.AllowsAnywhere(Of(method)))
        {
            GrpcStatus.Answer(context.Response, StatusCode.PermissionDenied, caller.Refusal(method, Of(method), dataset: null));
            return Task.CompletedTask;
        }

        return next(context);
    });
}
