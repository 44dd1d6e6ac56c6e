using Strata.Arrow;

namespace Strata.DerivationWorkers;

/// <summary>What the property of a derived layer warns of, from the segment table alone.</summary>
internal static class WarningWords
{
    /// <returns>Such as <c>; warning: possible_wrap</c> with what it means; empty where there is none.</returns>
    public static string Of(WhyFacts facts, LayerRecord standing)
    {
        if (QualityWords.Property(facts, standing.Layer.Layer, TrackingProperty.Warnings) is not StringArray warnings)
        {
            return "";
        }

        return string.Concat(Enumerable.Range(0, warnings.Length).Select(warnings.GetString).Select(warning => $"; warning: {warning}{Meaning(warning)}"));
    }

    private static string Meaning(string? warning) => warning switch
    {
        TrackingErrorDeriver.PossibleWrapWarning => ", command and observation differ by about whole turns: `strata rule test` names the joints, and `--set wrap=` declares those that turn without end",
        LagDeriver.LagAtLimitWarning => ", the correlation is largest at the largest lag: look farther with `--set maxLagNs=`",
        _ => "",
    };
}
