using System.Collections.Immutable;

namespace Strata.DerivationWorkers;

/// <summary>All presets, the more particular ones first: the first that fits is suggested.</summary>
internal static class RulePresets
{
    private static readonly LeRobotPreset LeRobot = new();
    private static readonly OneEntityPreset OneEntity = new();
    private static readonly VectorPreset Vector = new();
    private static readonly ScalarsPreset Scalars = new();

    public static ImmutableArray<IRulePreset> All { get; } = [new HowToPreset(), new BimanualPreset([OneEntity, LeRobot, Vector, Scalars]), OneEntity, LeRobot, Vector, Scalars];

    public static IRulePreset? Named(string name) => All.FirstOrDefault(p => p.Name == name);
}
