using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Strata.Contracts;
using Strata.Registrar;

namespace Strata.DerivationWorkers;

/// <summary>A common way to log commanded and measured joints, and the rules that fit it.</summary>
internal interface IRulePreset
{
    string Name { get; }

    /// <summary>How such a recording looks, in words.</summary>
    string Looks { get; }

    /// <param name="layer">That the rules read.</param>
    /// <param name="unit">Of the joints, as the person who asks knows it; null: nobody does, and it is not guessed.</param>
    /// <returns>Null where the recording does not look so.</returns>
    PresetMatch? Find(RecordingLook look, string layer, string? unit);
}

/// <param name="Rules">In the order in which they are to be declared.</param>
/// <param name="Why">What was chosen and why, a sentence each.</param>
public sealed record PresetMatch(string Preset, ImmutableArray<RuleDefinition> Rules, ImmutableArray<string> Why);

/// <summary>Command and observation as parameters of tracking_error, and why these.</summary>
internal sealed record FoundSides(JsonObject Parameters, ImmutableArray<string> Why);

/// <summary>A preset of one arm: tracking_error from a command and an observation.</summary>
internal abstract class SidesPreset : IRulePreset
{
    public abstract string Name { get; }

    public abstract string Looks { get; }

    public abstract FoundSides? FindSides(RecordingLook look);

    public PresetMatch? Find(RecordingLook look, string layer, string? unit)
    {
        if (FindSides(look) is not { } sides)
        {
            return null;
        }

        var known = unit ?? (string?)sides.Parameters[PresetRules.UnitMember];
        var tracking = PresetRules.TrackingError(TrackingErrorDeriver.DeriverName, layer, sides.Parameters, known, outputEntity: null);
        return new(Name, PresetRules.WithQuality([tracking], known), [.. sides.Why, PresetRules.WhyUnit(known)]);
    }
}

/// <summary>What presets have in common: the rules that are made of what they found.</summary>
internal static class PresetRules
{
    public const string UnitMember = "unit";

    public static RuleDefinition TrackingError(string rule, string layer, JsonObject sides, string? unit, string? outputEntity)
    {
        var parameters = (JsonObject)sides.DeepClone();
        if (unit is not null)
        {
            parameters[UnitMember] = unit;
        }

        if (outputEntity is not null)
        {
            parameters["outputEntity"] = outputEntity;
        }

        return new(rule, TrackingErrorDeriver.DeriverName, [layer], rule, CanonicalJson.Parse(parameters.ToJsonString()));
    }

    /// <summary>A verdict needs a threshold in the unit of the error, and there is a default one for radians alone.</summary>
    public static ImmutableArray<RuleDefinition> WithQuality(ImmutableArray<RuleDefinition> tracking, string? unit) => unit == ErrorUnit.Radians
        ? [.. tracking, new(QualityDeriver.DeriverName, QualityDeriver.DeriverName, [.. tracking.Select(t => t.OutputLayer)], QualityDeriver.DeriverName, QualityOf(tracking))]
        : tracking;

    public static string WhyUnit(string? unit) => unit switch
    {
        null => "a recording does not say the unit of its joints, so it is native and nothing judges the error: with `--unit rad` (deg, m) it is declared",
        ErrorUnit.Radians => "quality: the mean error is good below 0.13 rad, the how-to's threshold",
        _ => $"there is no threshold to begin with in {unit}: declare the rule quality with `--set unit={unit} --set threshold=N`",
    };

    private static CanonicalJson QualityOf(ImmutableArray<RuleDefinition> tracking)
    {
        if (tracking is [_])
        {
            return HowToRules.Definitions[^1].Parameters;
        }

        var parameters = JsonNode.Parse(HowToRules.Definitions[^1].Parameters.Text)!.AsObject();
        parameters["entities"] = new JsonArray([.. tracking.Select(t => (JsonNode)TrackingErrorParameters.Parse(t.Parameters).OutputEntity.ToString())]);
        return CanonicalJson.Parse(parameters.ToJsonString());
    }
}
