using System.Text.Json.Nodes;

namespace Strata.DerivationWorkers;

/// <summary>
/// As LeRobot logs to Rerun: a scalar entity for each joint and side, <c>/action.arm_wrist_roll.pos</c> with <c>/observation.arm_wrist_roll.pos</c>. Velocities, bases and grippers are no joints
/// of an arm that is to follow a position, and stay out.
/// </summary>
internal sealed class LeRobotPreset : SidesPreset
{
    private const string Position = ".pos";
    private const string Base = "base";

    /// <summary>More names than these hide the reasons.</summary>
    private const int MaxShown = 6;

    private static readonly string[] CommandPrefixes = ["/action."];
    private static readonly string[] ObservationPrefixes = ["/observation.state.", "/observation."];

    public override string Name => "lerobot";

    public override string Looks => "a scalar entity for each joint, /action.NAME.pos with /observation.NAME.pos";

    public override FoundSides? FindSides(RecordingLook look)
    {
        var scalars = look.Joints.Where(c => c.Component == EntityColumn.DefaultComponent && look.InstancesOf(c) is null or 1).ToList();
        var commands = ByName(scalars, CommandPrefixes);
        var observations = ByName(scalars, ObservationPrefixes);
        var both = commands.Keys.Where(observations.ContainsKey).ToList();
        var joints = both.Where(IsJoint).ToList();
        if (joints.Count == 0)
        {
            return null;
        }

        var pairs = new JsonArray([.. joints.Select(name => (JsonNode)new JsonObject
        {
            ["command"] = BothSides.Text(commands[name]),
            ["observation"] = BothSides.Text(observations[name]),
            ["name"] = name[..^Position.Length],
        })]);
        return new(new JsonObject { ["pairs"] = pairs },
        [
            $"{joints.Count} joint{(joints.Count == 1 ? "" : "s")} with an entity of {(joints.Count == 1 ? "its" : "their")} own on both sides: {Listed(joints.Select(j => j[..^Position.Length]))}",
            .. LeftOut(both.Where(name => IsPosition(name) && !IsJoint(name)), "left out as gripper or base"),
            .. LeftOut(both.Where(name => !IsPosition(name)), $"left out since they do not end in {Position}"),
            .. LeftOut(commands.Keys.Concat(observations.Keys).Where(name => IsJoint(name) && !both.Contains(name)), "left out since they are on one side only"),
        ]);
    }

    private static bool IsPosition(string name) => name.EndsWith(Position, StringComparison.Ordinal);

    private static bool IsJoint(string name) =>
        IsPosition(name) && !name.Contains(SideWords.Gripper, StringComparison.OrdinalIgnoreCase) && !name.StartsWith(Base, StringComparison.OrdinalIgnoreCase);

    private static SortedDictionary<string, EntityColumn> ByName(List<EntityColumn> columns, string[] prefixes)
    {
        var found = new SortedDictionary<string, EntityColumn>(StringComparer.Ordinal);
        foreach (var column in columns)
        {
            var text = column.Entity.ToString();
            if (prefixes.FirstOrDefault(p => text.StartsWith(p, StringComparison.Ordinal)) is { } prefix)
            {
                found.TryAdd(text[prefix.Length..], column);
            }
        }

        return found;
    }

    private static IEnumerable<string> LeftOut(IEnumerable<string> names, string why)
    {
        var all = names.ToList();
        return all.Count == 0 ? [] : [$"{why}: {Listed(all)}"];
    }

    private static string Listed(IEnumerable<string> names)
    {
        var all = names.ToList();
        return string.Join(", ", all.Take(MaxShown)) + (all.Count > MaxShown ? $" and {all.Count - MaxShown} more" : "");
    }
}
