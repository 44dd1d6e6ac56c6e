using Strata.DerivationWorkers;
using Strata.Projections;
using Strata.Web;
using OtherVersion = Strata.Web.OtherVersion;
using VerifyDifference = Strata.Web.VerifyDifference;

namespace Strata.Cli;

/// <summary>The derivers' room verifies; REST and the command line ask.</summary>
internal sealed class DerivedLayerVerification(Verification verification) : IVerifyDerivedLayers
{
    public async Task<VerifyResponse> VerifyAsync(
        DatasetEntry dataset, string? segment, string? layer, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        var report = await verification.RunAsync(dataset.Source, dataset.AsOf, segment, layer, new Steps(progress), cancellationToken);
        return new(
            report.Checked,
            report.Equal,
            [.. report.Different.Select(d => new VerifyDifference(d.Segment, d.Layer, d.What, d.Expected, d.Found, d.File, d.Place, d.Versions))],
            report.EqualBytes,
            report.EqualContent,
            report.EqualReference,
            [.. report.OtherVersions.Select(o => new OtherVersion(o.Segment, o.Layer, o.Versions))],
            report.ReadBytes,
            report.Seconds);
    }

    private sealed class Steps(IProgress<OperationProgress> progress) : IProgress<VerifyProgress>
    {
        private const long BytesPerKilobyte = 1_000;

        public void Report(VerifyProgress value) => progress.Report(new("kB verified", value.DoneBytes / BytesPerKilobyte, value.TotalBytes / BytesPerKilobyte));
    }
}
