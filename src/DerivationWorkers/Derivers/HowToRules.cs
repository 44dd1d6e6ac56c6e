using System.Collections.Immutable;
using Strata.Contracts;
using Strata.Registrar;

namespace Strata.DerivationWorkers;

/// <summary>The rules of Rerun's how-to "Using layers to append data to segments": what a new dataset gets unless told otherwise.</summary>
public static class HowToRules
{
    public const string BaseLayer = "base";

    /// <summary>Tracking error from the base layer, then quality from the tracking error, whoever made it.</summary>
    public static ImmutableArray<RuleDefinition> Definitions { get; } =
    [
        new(
            TrackingErrorDeriver.DeriverName,
            TrackingErrorDeriver.DeriverName,
            [BaseLayer],
            TrackingErrorDeriver.DeriverName,
            CanonicalJson.Parse($$"""{"command":"{{TrackingErrorParameters.HowToCommand}}","observation":"{{TrackingErrorParameters.HowToObservation}}","unit":"rad"}"""))
        {
            Outputs = new([TrackingErrorParameters.HowToOutput], [TrackingErrorDeriver.DeriverName]),
        },
        new(
            QualityDeriver.DeriverName,
            QualityDeriver.DeriverName,
            [TrackingErrorDeriver.DeriverName],
            QualityDeriver.DeriverName,
            CanonicalJson.Parse("""{"maxDroppedFraction":0.05,"threshold":0.13,"unit":"rad"}"""))
        {
            Outputs = new([], [QualityDeriver.DeriverName]),
        },
    ];
}
