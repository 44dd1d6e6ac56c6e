using Strata.Contracts;
using Strata.Projections;

namespace Strata.Web;

/// <param name="Segment">Null: all.</param>
/// <param name="Layer">Null: all.</param>
public sealed record VerifyRequest(string Dataset, string? Segment = null, string? Layer = null);

/// <summary>What <c>strata verify --json</c> prints. Source: DESIGN §12.</summary>
/// <param name="EqualBytes">Of the equal ones: the SHA-256 of the whole file is the one recorded, and a new derivation has the same bytes.</param>
/// <param name="EqualContent">Of the equal ones: made by another version or writer profile, and a new derivation has the same rows.</param>
/// <param name="EqualReference">Of the equal ones: only referred to, without a recorded SHA-256; unchanged by all that is recorded.</param>
public sealed record VerifyResponse(
    long Checked,
    long Equal,
    IReadOnlyList<VerifyDifference> Different,
    long EqualBytes,
    long EqualContent,
    long EqualReference,
    IReadOnlyList<OtherVersion> OtherVersions,
    long ReadBytes,
    double Seconds)
{
    /// <summary>Segments of a past state that were purged since: nothing of them is read, and that is no difference.</summary>
    public IReadOnlyList<PurgedLine> Purged { get; init; } = [];
}

/// <param name="What">What was compared: <c>recording</c>, <c>file_sha256</c>, <c>fingerprint</c>, <c>chunk</c>, <c>input</c>, <c>derivation</c>, <c>version</c>.</param>
/// <param name="File">As the log names it; null where no file is at fault.</param>
/// <param name="Place">Byte, chunk, entity, component, row; null where it cannot be told.</param>
/// <param name="Versions">Who made the layer and what this program has instead; null where they are the same.</param>
public sealed record VerifyDifference(string Segment, string Layer, string What, string Expected, string Found, string? File, string? Place, string? Versions)
{
    /// <summary>The commands that mend a file of a layer that stands, in their order and without the leading <c>strata</c>; empty where none is known to.</summary>
    public IReadOnlyList<string> Next { get; init; } = [];
}

/// <summary>A layer of which a new derivation by another version has the same rows.</summary>
public sealed record OtherVersion(string Segment, string Layer, string Versions);

/// <summary>Derives layers again and compares them with those that stand: what wants the derivers' room to do.</summary>
public interface IVerifyDerivedLayers
{
    Task<VerifyResponse> VerifyAsync(DatasetEntry dataset, string? segment, string? layer, IProgress<OperationProgress> progress, CancellationToken cancellationToken);
}

public sealed class VerifyOperation(Catalog catalog, IVerifyDerivedLayers layers) : IOperation<VerifyRequest, VerifyResponse>
{
    public static OperationRoute<VerifyRequest, VerifyResponse> Route { get; } = new(
        HttpMethod.Post, "/api/v1/datasets/{dataset}/verify", "Read kept files wholly, derive layers again, and compare", ApiJson.Default.VerifyRequest, ApiJson.Default.VerifyResponse);

    public async Task<VerifyResponse> RunAsync(VerifyRequest request, Asker asker, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        var report = await layers.VerifyAsync(await catalog.RequireDatasetAsync(request.Dataset, asker, cancellationToken), request.Segment, request.Layer, progress, cancellationToken);

        // What is not there must not pass for verified.
        return report.Checked > 0 || report.Purged.Count > 0 || (request.Segment is null && request.Layer is null)
            ? report
            : throw new OperationException(
                OperationErrors.NotFound,
                $"no {(request.Layer is { } layer ? $"layer '{layer}'" : "layer")} stands in segment '{request.Segment}' of dataset '{request.Dataset}'",
                $"strata manifest {ShellWord.Of(request.Dataset)}");
    }
}
