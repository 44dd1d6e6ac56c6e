using System.Collections.Immutable;

namespace Strata.DerivationWorkers;

/// <summary>Two arms, told apart by <c>left</c> and <c>right</c> in their names: an error for each, and the worse of the two into <c>quality</c>.</summary>
internal sealed class BimanualPreset(IReadOnlyList<SidesPreset> ofOneArm) : IRulePreset
{
    public string Name => "bimanual";

    public string Looks => "two arms with left and right in their names, each as one_entity, lerobot, vector or scalars";

    public PresetMatch? Find(RecordingLook look, string layer, string? unit)
    {
        var arms = new List<(string Arm, string Preset, FoundSides Sides)>();
        foreach (var arm in SideWords.Arms)
        {
            if (FindArm(look, arm) is not { } found)
            {
                return null;
            }

            arms.Add((arm, found.Preset, found.Sides));
        }

        var tracking = arms.Select(a => PresetRules.TrackingError(
            $"{TrackingErrorDeriver.DeriverName}_{a.Arm}", layer, a.Sides.Parameters, unit, $"{TrackingErrorParameters.HowToOutput}/{a.Arm}")).ToImmutableArray();
        return new(
            Name,
            PresetRules.WithQuality(tracking, unit),
            [.. arms.SelectMany(a => a.Sides.Why.Select(why => $"{a.Arm} ({a.Preset}): {why}")), "quality takes the worse of the two arms", PresetRules.WhyUnit(unit)]);
    }

    private (string Preset, FoundSides Sides)? FindArm(RecordingLook look, string arm)
    {
        var own = look.Only(c => Names(c, arm) && !SideWords.Arms.Any(other => other != arm && Names(c, other)));
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
