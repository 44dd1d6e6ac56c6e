using System.Runtime.InteropServices;
using Grpc.Core;
using Strata.Catalog.Protocol;

namespace Strata.Catalog;

internal sealed partial class RerunCloudService
{
    /// <summary>The one feature that is known: QueryDataset honours index values a segment. Source: catalog-protocol §1.10.</summary>
    private const string PerSegmentIndexValues = "per_segment_index_values";

    public override Task<VersionResponse> Version(VersionRequest request, ServerCallContext context) => Task.FromResult(new VersionResponse
    {
        Version = $"strata {options.Version}",
        Features = { PerSegmentIndexValues },
        BuildInfo = new BuildInfo
        {
            CrateName = "strata",
            Version = SemanticVersionOf(options.Version),
            TargetTriple = RuntimeInformation.RuntimeIdentifier,
        },
    });

    private static SemanticVersion SemanticVersionOf(string text)
    {
        var version = System.Version.TryParse(text.Split('-')[0], out var parsed) ? parsed : new System.Version(0, 0, 0);
        return new() { Major = (uint)version.Major, Minor = (uint)version.Minor, Patch = (uint)Math.Max(version.Build, 0) };
    }
}
