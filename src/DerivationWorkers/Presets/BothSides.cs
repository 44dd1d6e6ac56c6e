using System.Text.Json.Nodes;

namespace Strata.DerivationWorkers;

/// <summary>A column of commands and one of observations that together can be compared, each with all joints in a row.</summary>
internal static class BothSides
{
    /// <summary>Of two pairs whose names say as much, the one that is spelled alike on both sides is meant.</summary>
    private const int AlikeScore = 8;
    private const int SameInstancesScore = 4;
    private const int PositionScore = 2;
    private const int OtherQuantityScore = -16;

    private static readonly string[] PositionWords = ["joint", "pos", "qpos"];

    /// <summary>What joints have beside their positions, and what is no joint.</summary>
    private static readonly string[] OtherWords =
        ["vel", "speed", "qd", "acc", "jerk", "torque", "effort", "current", "force", "moment", "temperature", "voltage", "cartesian", "tcp", SideWords.Gripper, "base", "pose"];

    /// <summary>The pair that says most clearly that it is joint positions; null where there is none.</summary>
    /// <param name="textOf">The part of a column's name that tells command and observation apart.</param>
    /// <param name="canPair">Whether two columns may belong together.</param>
    public static (EntityColumn Command, EntityColumn Observation, int Others)? Best(
        RecordingLook look, Func<EntityColumn, string> textOf, Func<EntityColumn, EntityColumn, bool> canPair)
    {
        var commands = look.Joints.Where(c => IsOf(textOf(c), SideWords.Command, SideWords.Observation)).ToList();
        var observations = look.Joints.Where(c => IsOf(textOf(c), SideWords.Observation, SideWords.Command)).ToList();
        var pairs = commands.SelectMany(c => observations, (c, o) => (Command: c, Observation: o))
            .Where(p => canPair(p.Command, p.Observation))
            .Select(p => (p.Command, p.Observation, Score: Score(look, p.Command, p.Observation)))
            .Where(p => p.Score >= 0)
            .OrderByDescending(p => p.Score).ThenBy(p => p.Command.ToString(), StringComparer.Ordinal).ThenBy(p => p.Observation.ToString(), StringComparer.Ordinal)
            .ToList();
        return pairs.Count == 0 ? null : (pairs[0].Command, pairs[0].Observation, pairs.Count - 1);
    }

    /// <summary>The parameters that compare the two, with the joints that both have.</summary>
    public static FoundSides Sides(RecordingLook look, EntityColumn command, EntityColumn observation, params IEnumerable<string> why)
    {
        var parameters = new JsonObject { ["command"] = Text(command), ["observation"] = Text(observation) };
        var reasons = why.ToList();
        if (look.InstancesOf(command) is { } commanded && look.InstancesOf(observation) is { } observed)
        {
            if (commanded == observed)
            {
                reasons.Add($"both have {commanded} instances a row");
            }
            else
            {
                var fewer = Math.Min(commanded, observed);
                parameters["joints"] = fewer == 1 ? 0 : $"0..{fewer - 1}";
                reasons.Add($"command has {commanded} instances, observation {observed}: the first {fewer} are compared, and what follows is taken for a gripper");
            }
        }

        return new(parameters, [.. reasons]);
    }

    /// <summary>As short as it can be told: an entity alone means its scalars.</summary>
    public static string Text(EntityColumn column) => column.Component == EntityColumn.DefaultComponent ? column.Entity.ToString() : column.ToString();

    /// <summary>Not what joints have beside their positions, and nothing that is no joint.</summary>
    public static bool CanBePosition(EntityColumn column) => !SideWords.Has(column.ToString(), OtherWords);

    private static bool IsOf(string text, IReadOnlyList<string> own, IReadOnlyList<string> others) => SideWords.Has(text, own) && !SideWords.Has(text, others);

    private static int Score(RecordingLook look, EntityColumn command, EntityColumn observation)
    {
        var (left, right) = (look.InstancesOf(command), look.InstancesOf(observation));
        var texts = new[] { command.ToString(), observation.ToString() };
        return (Without(texts[0], SideWords.Command) == Without(texts[1], SideWords.Observation) ? AlikeScore : 0)
            + (left is not null && left == right ? SameInstancesScore : 0)
            + (texts.All(t => SideWords.Has(t, PositionWords)) ? PositionScore : 0)
            + (texts.Any(t => SideWords.Has(t, OtherWords)) ? OtherQuantityScore : 0);
    }

    private static string Without(string text, IReadOnlyList<string> words) =>
        words.Where(w => text.Contains(w, StringComparison.OrdinalIgnoreCase)).Aggregate(text, (rest, word) => rest.Replace(word, "", StringComparison.OrdinalIgnoreCase));
}
