using Strata.Contracts;
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
            [.. report.Different.Select(d => new VerifyDifference(d.Segment, d.Layer, d.What, d.Expected, d.Found, d.File, d.Place, d.Versions) { Next = dataset.AsOf is null ? Mending(dataset.Name, d) : [] })],
            report.EqualBytes,
            report.EqualContent,
            report.EqualReference,
            [.. report.OtherVersions.Select(o => new OtherVersion(o.Segment, o.Layer, o.Versions))],
            report.ReadBytes,
            report.Seconds)
        {
            Purged = [.. report.Purged.Select(p => new PurgedLine(p.Segment, p.Position, p.Reason, p.IsErased))],
        };
    }

    /// <summary>Whatever lies damaged under a derived layer's name counts as derived: it has to go before the rule makes it again.</summary>
    private static IReadOnlyList<string> Mending(string dataset, DerivationWorkers.VerifyDifference damaged)
    {
        var (name, segment, layer) = (ShellWord.Of(dataset), ShellWord.Of(damaged.Segment), ShellWord.Of(damaged.Layer));
        return damaged switch
        {
            { IsFileAtFault: false } => [],
            { Rule: { } rule } => [$"unregister {name} --segment {segment} --layer {layer}", $"rule resume {name} {ShellWord.Of(rule)} {segment}"],
            _ => [$"register PATH --dataset {name} --layer {layer} --on-duplicate replace"],
        };
    }

    private sealed class Steps(IProgress<OperationProgress> progress) : IProgress<VerifyProgress>
    {
        private const long BytesPerKilobyte = 1_000;

        public void Report(VerifyProgress value) => progress.Report(new("kB verified", value.DoneBytes / BytesPerKilobyte, value.TotalBytes / BytesPerKilobyte));
    }
}
