using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace Strata.DerivationWorkers;

/// <summary>Which joints of a side are compared: instances of a row by index, range or name, in the order in which they are told.</summary>
/// <param name="Instances">Null: all that a row has.</param>
public sealed record JointSelection(ImmutableArray<int>? Instances)
{
    /// <summary>More joints than any robot has; a range must not drive an allocation.</summary>
    public const int MaxJoints = 4096;

    public static JointSelection All { get; } = new((ImmutableArray<int>?)null);

    /// <summary>The largest instance that a row must have; -1 when all are taken.</summary>
    public int Highest => Instances is { } instances ? instances.Max() : -1;

    /// <summary>
    /// A number (<c>3</c>), a range with both ends (<c>"0..6"</c>), a name, a text of these with commas (<c>"0..5,7"</c>), or a list of any.
    /// </summary>
    /// <param name="names">Names of the instances in order; empty when they have none.</param>
    internal static JointSelection Read(ParameterReader reader, string name, JsonElement? element, IReadOnlyList<string> names)
    {
        if (element is not { } value)
        {
            return All;
        }

        var picked = new List<int>();
        if (value.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in value.EnumerateArray())
            {
                Add(reader, name, item, names, picked);
            }
        }
        else
        {
            Add(reader, name, value, names, picked);
        }

        return picked.Count == 0 ? throw reader.Wrong(name, "at least one joint", value)
            : picked.Distinct().Count() != picked.Count ? throw reader.Wrong(name, "each joint once", value)
            : new(picked.ToImmutableArray());
    }

    private static void Add(ParameterReader reader, string name, JsonElement item, IReadOnlyList<string> names, List<int> picked)
    {
        if (item.ValueKind == JsonValueKind.Number && item.TryGetInt32(out var number) && number is >= 0 and < MaxJoints)
        {
            picked.Add(number);
            return;
        }

        if (item.ValueKind != JsonValueKind.String)
        {
            throw reader.Wrong(name, $"joints as 0…{MaxJoints - 1}, as a range '0..6' or by name", item);
        }

        foreach (var part in item.GetString()!.Split(',', StringSplitOptions.TrimEntries))
        {
            AddText(reader, name, item, part, names, picked);
        }
    }

    private static void AddText(ParameterReader reader, string name, JsonElement item, string part, IReadOnlyList<string> names, List<int> picked)
    {
        for (var i = 0; i < names.Count; i++)
        {
            if (names[i] == part)
            {
                picked.Add(i);
                return;
            }
        }

        var dots = part.IndexOf("..", StringComparison.Ordinal);
        if (dots < 0 && TryIndex(part, out var one))
        {
            picked.Add(one);
        }
        else if (dots > 0 && TryIndex(part[..dots], out var first) && TryIndex(part[(dots + 2)..], out var last) && first <= last)
        {
            picked.AddRange(Enumerable.Range(first, last - first + 1));
        }
        else
        {
            var known = names.Count == 0 ? "no names were declared" : $"names are {string.Join(", ", names)}";
            throw reader.Wrong(name, $"joints as 0…{MaxJoints - 1}, as a range '0..6' or by name ({known})", item);
        }
    }

    private static bool TryIndex(string text, out int index) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out index) && index < MaxJoints;
}
