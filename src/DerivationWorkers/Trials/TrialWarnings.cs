using System.Collections.Immutable;
using Strata.Arrow;
using Strata.Contracts;

namespace Strata.DerivationWorkers;

/// <summary>What the properties of a result warn of, in sentences that say what to do.</summary>
internal static class TrialWarnings
{
    /// <summary>The share of dropped rows from which on a person should know.</summary>
    private const double ManyDropped = QualityParameters.DefaultMaxDroppedFraction;

    public static IEnumerable<string> Of(ImmutableArray<TrialProperty> properties, Provenance provenance)
    {
        if (Values(properties, TrackingErrorDeriver.PossibleWrapRows) is Int64Array rows && Values(properties, "joints") is StringArray joints)
        {
            var turning = Enumerable.Range(0, rows.Length).Where(j => rows.Values[j] > 0).Select(j => $"{joints.GetString(j)} ({rows.Values[j]} rows)");
            yield return $"{TrackingErrorDeriver.PossibleWrapWarning}: command and observation differ by about whole turns: {string.Join(", ", turning)}; if these joints turn without end: `--set wrap={Flags(rows)}`";
        }

        if (Values(properties, TrackingProperty.Warnings) is StringArray warnings && Enumerable.Range(0, warnings.Length).Any(i => warnings.GetString(i) == LagDeriver.LagAtLimitWarning))
        {
            yield return $"{LagDeriver.LagAtLimitWarning}: the correlation is largest at the largest lag, so the true one may lie beyond it: look farther with `--set maxLagNs=N`";
        }

        var dropped = provenance.RowsDropped.Where(d => d.Reason != DropReasons.SupersededAtSameTime).Sum(d => d.Count);
        if (dropped > ManyDropped * (provenance.RowsUsed + dropped))
        {
            yield return $"{dropped} of {provenance.RowsUsed + dropped} rows could not be compared";
        }
    }

    private static string Flags(Int64Array rows)
    {
        var turns = Enumerable.Range(0, rows.Length).Select(j => rows.Values[j] > 0).ToList();
        return turns.TrueForAll(t => t) ? "true" : $"[{string.Join(',', turns.Select(t => t ? "true" : "false"))}]";
    }

    private static IArrowArray? Values(ImmutableArray<TrialProperty> properties, string component) => properties.FirstOrDefault(p => p.Component == component)?.Values;
}
