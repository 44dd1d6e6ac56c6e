using Grpc.Core;
using Strata.Catalog.Protocol;

namespace Strata.Catalog;

/// <summary>What Rerun's protocol has and Strata does not serve: each says so, and what to do instead. Source: catalog-protocol §2.16, §2.17, §11.1, §11.2.</summary>
internal sealed partial class RerunCloudService
{
    private const string NoMaintenance = "there is nothing to maintain: tables are folded from the log, and `strata rebuild` makes them anew";

    public override Task<GetMultipartUploadPartGrantsResponse> GetMultipartUploadPartGrants(GetMultipartUploadPartGrantsRequest request, ServerCallContext context) =>
        throw NoMultipart();

    public override Task<CompleteMultipartUploadResponse> CompleteMultipartUpload(CompleteMultipartUploadRequest request, ServerCallContext context) =>
        throw NoMultipart();

    public override Task<AbortMultipartUploadResponse> AbortMultipartUpload(AbortMultipartUploadRequest request, ServerCallContext context) =>
        throw NoMultipart();

    public override Task<DoMaintenanceResponse> DoMaintenance(DoMaintenanceRequest request, ServerCallContext context) => throw Unserved("do_maintenance", NoMaintenance);

    public override Task<DoGlobalMaintenanceResponse> DoGlobalMaintenance(DoGlobalMaintenanceRequest request, ServerCallContext context) =>
        throw Unserved("do_global_maintenance", NoMaintenance);

    /// <summary>Rerun's own server has none either.</summary>
    private static CatalogException NoMultipart() => new(StatusCode.Unimplemented, "multipart uploads are not implemented: one request brings the whole file (GetWriteAccessGrant)");

    /// <summary>Begins with the words of Rerun's server.</summary>
    private static CatalogException Unserved(string rpc, string instead) => new(StatusCode.Unimplemented, $"{rpc} not implemented: {instead}");
}
