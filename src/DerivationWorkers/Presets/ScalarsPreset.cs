using System.Text.Json.Nodes;

namespace Strata.DerivationWorkers;

/// <summary>A scalar entity for each joint and side, whatever it is called: the two of a joint are alike but for the word of their side.</summary>
internal sealed class ScalarsPreset : SidesPreset
{
    public override string Name => "scalars";

    public override string Looks => "a scalar entity for each joint and side, alike but for the word of the side, such as /action/j0 and /observation/j0";

    public override FoundSides? FindSides(RecordingLook look)
    {
        var pairs = JointPairs.Of([.. look.Joints.Where(c => c.Component == EntityColumn.DefaultComponent && look.InstancesOf(c) is null or 1)]);
        var joints = pairs.Where(p => BothSides.CanBePosition(p.Command) && BothSides.CanBePosition(p.Observation)).ToList();
        if (joints.Count < JointPairs.LeastPairs)
        {
            return null;
        }

        var parameters = new JsonArray([.. joints.Select(p => (JsonNode)new JsonObject { ["command"] = BothSides.Text(p.Command), ["observation"] = BothSides.Text(p.Observation) })]);
        return new(new JsonObject { ["pairs"] = parameters },
        [
            $"{joints.Count} joints with an entity of their own on both sides, such as {BothSides.Text(joints[0].Command)} and {BothSides.Text(joints[0].Observation)}",
            .. pairs.Count > joints.Count ? [$"left out since they are named like no joint positions: {pairs.Count - joints.Count}"] : Array.Empty<string>(),
        ]);
    }
}
