using Strata.Rrd;

namespace Strata.DerivationWorkers;

/// <summary>The layout of Rerun's how-to, whose joints are in radians.</summary>
internal sealed class HowToPreset : SidesPreset
{
    public override string Name => "howto";

    public override string Looks => $"all joints in a row on {JointPairing.HowToCommand} and {JointPairing.HowToObservation}, in radians";

    public override FoundSides? FindSides(RecordingLook look)
    {
        var command = new EntityColumn(EntityPath.Parse(JointPairing.HowToCommand), EntityColumn.DefaultComponent);
        var observation = new EntityColumn(EntityPath.Parse(JointPairing.HowToObservation), EntityColumn.DefaultComponent);
        if (!look.Has(command) || !look.Has(observation))
        {
            return null;
        }

        var sides = BothSides.Sides(look, command, observation, $"{command.Entity} and {observation.Entity} are the how-to's, and so is the unit rad");
        sides.Parameters[PresetRules.UnitMember] = ErrorUnit.Radians;
        return sides;
    }
}
