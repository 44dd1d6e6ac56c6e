using Strata.DerivationWorkers;
using Strata.Projections;
using Strata.Web;
using VerifyDifference = Strata.Web.VerifyDifference;

namespace Strata.Cli;

/// <summary>The derivers' room verifies; REST and the command line ask.</summary>
internal sealed class DerivedLayerVerification(Verification verification) : IVerifyDerivedLayers
{
    public async Task<VerifyResponse> VerifyAsync(
        DatasetEntry dataset, string? segment, string? layer, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        var report = await verification.RunAsync(dataset.Dataset, segment, layer, new Steps(progress), cancellationToken);
        return new(report.Checked, report.Equal, [.. report.Different.Select(d => new VerifyDifference(d.Segment, d.Layer, d.What, d.Expected, d.Found))]);
    }

    private sealed class Steps(IProgress<OperationProgress> progress) : IProgress<long>
    {
        public void Report(long value) => progress.Report(new("verifying", value, Total: 0));
    }
}
