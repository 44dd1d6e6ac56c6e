using Strata.DerivationWorkers;
using Strata.Projections;
using Strata.Registrar;
using Strata.Web;

namespace Strata.Cli;

/// <summary>The derivers' room computes; REST and the command line ask.</summary>
internal sealed class RuleTrials(RuleTrial trial) : IRuleTrials
{
    public async Task<RuleTrialAnswer?> RunAsync(DatasetEntry dataset, string segment, RuleDefinition rule, int revision, CancellationToken cancellationToken)
    {
        if (await trial.RunAsync(dataset.Source, dataset.AsOf, segment, rule, revision, cancellationToken) is not { } result)
        {
            return null;
        }

        return new(
            result.Outcome,
            result.Reason,
            result.Detail,
            MendingOption.Command(result.Detail, dataset.Name, rule.Rule),
            result.RowsUsed,
            result.RowsDropped.ToDictionary(d => d.Reason, d => d.Count, StringComparer.Ordinal),
            [.. result.Properties.Select(p => (p.Component, p.Values))],
            [.. result.Series.Where(s => s.Values.Length > 0).Select(Line)],
            result.Warnings,
            result.SizeBytes,
            result.Loading.TotalMilliseconds,
            result.Deriving.TotalMilliseconds);
    }

    private static TrialSeriesLine Line(TrialSeries series)
    {
        var rows = series.Values.Length;
        var count = Math.Min(rows, TrialSeriesLine.MaxBins);
        var bins = Enumerable.Range(0, count).Select(bin => Bin(series, (int)((long)bin * rows / count), (int)((long)(bin + 1) * rows / count)));
        return new(series.Entity, series.Index, rows, series.Times[0], series.Times[^1], series.Values.Average(), [.. bins]);
    }

    private static TrialBin Bin(TrialSeries series, int start, int end) =>
        new(series.Times[start], series.Values.AsSpan()[start..end].ToArray().Min(), series.Values.AsSpan()[start..end].ToArray().Max());
}
