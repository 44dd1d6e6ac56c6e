using System.Text.Json.Nodes;
using Strata.Contracts;

namespace Strata.DerivationWorkers;

/// <summary>Joints that each have an entity of their own: commands and observations whose columns are alike but for the word that tells the sides apart.</summary>
internal static class JointPairs
{
    /// <summary>As many pairs as a line can show; the form of the others is the same.</summary>
    private const int MaxShown = 8;

    /// <summary>Stands before the number of pairs that are not shown.</summary>
    public const string MoreWords = " and likewise ";

    /// <summary>One pair is a command and an observation of all joints.</summary>
    public const int LeastPairs = 2;

    /// <returns>The options of <c>strata rule declare</c> that name the pairs, or what else would compare them; null where there are none.</returns>
    public static string? Advice(IReadOnlyList<EntityColumn> joints)
    {
        var pairs = Of(joints);
        if (pairs.Count < LeastPairs)
        {
            return null;
        }

        if (pairs.Count == SideWords.Arms.Count && SideWords.Arms.All(arm => pairs.Any(p => SideWords.Has(p.Command.ToString(), [arm]))))
        {
            return "they are called like two arms, of which one rule compares one; `strata rule suggest` has the rules of both";
        }

        var shown = new JsonArray([.. pairs.Take(MaxShown).Select(p => (JsonNode)new JsonObject { ["command"] = p.Command.ToString(), ["observation"] = p.Observation.ToString() })]);
        var more = pairs.Count > MaxShown ? $"{MoreWords}{pairs.Count - MaxShown} more; `strata rule suggest` names them all" : "";
        return $"each joint has an entity of its own; try `--set command=null --set observation=null --set {ShellWord.Of($"pairs={shown.ToJsonString()}")}`{more}";
    }

    /// <returns>In the order of their names.</returns>
    public static IReadOnlyList<(EntityColumn Command, EntityColumn Observation)> Of(IReadOnlyList<EntityColumn> joints)
    {
        var commands = BySide(joints, SideWords.Command, SideWords.Observation);
        var observations = BySide(joints, SideWords.Observation, SideWords.Command);
        return [.. commands.Where(c => observations.ContainsKey(c.Key)).Select(c => (c.Value, observations[c.Key]))];
    }

    /// <summary>Columns of one side by what is left of them without its word, in the order of their names; what occurs twice is no pair, and a gripper no joint.</summary>
    private static SortedDictionary<string, EntityColumn> BySide(IReadOnlyList<EntityColumn> joints, IReadOnlyList<string> own, IReadOnlyList<string> others) => new(
        joints.Select(j => (Column: j, Text: j.ToString()))
            .Where(j => !SideWords.Has(j.Text, others) && !j.Text.Contains(SideWords.Gripper, StringComparison.OrdinalIgnoreCase))
            .Select(j => (j.Column, j.Text, Word: own.FirstOrDefault(w => j.Text.Contains(w, StringComparison.OrdinalIgnoreCase))))
            .Where(j => j.Word is not null)
            .GroupBy(j => j.Text.Replace(j.Word!, "", StringComparison.OrdinalIgnoreCase), StringComparer.Ordinal)
            .Where(g => g.Count() == 1)
            .ToDictionary(g => g.Key, g => g.Single().Column, StringComparer.Ordinal),
        StringComparer.Ordinal);
}

/// <summary>Words in the names of columns that tell commands and observations apart.</summary>
internal static class SideWords
{
    /// <summary>It opens and closes, and is compared with nothing in the unit of joints.</summary>
    public const string Gripper = "gripper";

    public static IReadOnlyList<string> Arms { get; } = ["left", "right"];

    public static IReadOnlyList<string> Command { get; } = ["action", "command", "cmd", "target", "goal", "desired", "setpoint"];

    public static IReadOnlyList<string> Observation { get; } = ["observation", "state", "actual", "measured", "feedback"];

    public static bool Has(string text, IReadOnlyList<string> words) => words.Any(w => text.Contains(w, StringComparison.OrdinalIgnoreCase));
}
