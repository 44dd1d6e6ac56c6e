using Grpc.Core;
using Strata.Catalog.Protocol;

namespace Strata.Catalog;

/// <summary>What Rerun's protocol has and Strata does not serve: each says so, and what to do instead. Source: catalog-protocol §2.16, §2.17, §11.2.</summary>
internal sealed partial class RerunCloudService
{
    private const string NoUploads = "files are not uploaded here: put them where the server can open them, and register them by their path";
    private const string NoMaintenance = "there is nothing to maintain: tables are folded from the log, and `strata rebuild` makes them anew";

    public override Task<GetWriteAccessGrantResponse> GetWriteAccessGrant(GetWriteAccessGrantRequest request, ServerCallContext context) =>
        throw Unserved("get_write_access_grant", NoUploads);

    public override Task<GetMultipartUploadPartGrantsResponse> GetMultipartUploadPartGrants(GetMultipartUploadPartGrantsRequest request, ServerCallContext context) =>
        throw Unserved("get_multipart_upload_part_grants", NoUploads);

    public override Task<CompleteMultipartUploadResponse> CompleteMultipartUpload(CompleteMultipartUploadRequest request, ServerCallContext context) =>
        throw Unserved("complete_multipart_upload", NoUploads);

    public override Task<AbortMultipartUploadResponse> AbortMultipartUpload(AbortMultipartUploadRequest request, ServerCallContext context) =>
        throw Unserved("abort_multipart_upload", NoUploads);

    public override Task<DoMaintenanceResponse> DoMaintenance(DoMaintenanceRequest request, ServerCallContext context) => throw Unserved("do_maintenance", NoMaintenance);

    public override Task<DoGlobalMaintenanceResponse> DoGlobalMaintenance(DoGlobalMaintenanceRequest request, ServerCallContext context) =>
        throw Unserved("do_global_maintenance", NoMaintenance);

    /// <summary>Begins with the words of Rerun's server.</summary>
    private static CatalogException Unserved(string rpc, string instead) => new(StatusCode.Unimplemented, $"{rpc} not implemented: {instead}");
}
