using System.Collections.Immutable;

namespace Strata.DerivationWorkers;

/// <summary>Two arms, told apart by <c>left</c> and <c>right</c> in their names: an error for each, and the worse of the two into <c>quality</c>.</summary>
internal sealed class BimanualPreset(IReadOnlyList<SidesPreset> ofOneArm) : IRulePreset
{
    private static readonly ImmutableArray<string> Arms = ["left", "right"];

    public string Name => "bimanual";

    public string Looks => "two arms with left and right in their names, each as one_entity, lerobot or vector";

    public PresetMatch? Find(RecordingLook look, string layer, string? unit)
    {
        var arms = Arms.Select(arm => (Arm: arm, Found: FindArm(look, arm))).ToList();
        if (arms.Any(a => a.Found is null))
        {
            return null;
        }

        var tracking = arms.Select(a => PresetRules.TrackingError(
            $"{TrackingErrorDeriver.DeriverName}_{a.Arm}", layer, a.Found!.Value.Sides.Parameters, unit, $"{TrackingErrorParameters.HowToOutput}/{a.Arm}")).ToImmutableArray();
        return new(
            Name,
            PresetRules.WithQuality(tracking, unit),
            [.. arms.SelectMany(a => a.Found!.Value.Sides.Why.Select(why => $"{a.Arm} ({a.Found.Value.Preset}): {why}")), "quality takes the worse of the two arms", PresetRules.WhyUnit(unit)]);
    }

    private (string Preset, FoundSides Sides)? FindArm(RecordingLook look, string arm)
    {
        var own = look.Only(c => Names(c, arm) && !Arms.Any(other => other != arm && Names(c, other)));
        foreach (var preset in ofOneArm)
        {
            if (preset.FindSides(own) is { } sides)
            {
                return (preset.Name, sides);
            }
        }

        return null;
    }

    private static bool Names(EntityColumn column, string arm) => column.ToString().Contains(arm, StringComparison.OrdinalIgnoreCase);
}
