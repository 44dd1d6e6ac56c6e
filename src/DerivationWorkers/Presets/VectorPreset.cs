namespace Strata.DerivationWorkers;

/// <summary>All joints in a row, on one entity a side, whatever it is called.</summary>
internal sealed class VectorPreset : SidesPreset
{
    public override string Name => "vector";

    public override string Looks => "all joints in a row on one entity a side, such as /robot/target/joints and /robot/state/joints";

    public override FoundSides? FindSides(RecordingLook look)
    {
        if (BothSides.Best(look.Only(c => look.InstancesOf(c) is null or > 1), c => c.ToString(), (c, o) => c.Entity != o.Entity) is not { } best)
        {
            return null;
        }

        var others = best.Others > 0 ? $", more clearly than {best.Others} other pair{(best.Others == 1 ? "" : "s")}" : "";
        return BothSides.Sides(look, best.Command, best.Observation, $"{best.Command} is named like a command and {best.Observation} like an observation{others}");
    }
}
