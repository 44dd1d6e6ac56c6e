using System.Collections.Immutable;
using System.Text.Json;

namespace Strata.DerivationWorkers;

/// <summary>The parameter <c>wrap</c>: which joints turn without end, so that a full turn is no difference.</summary>
internal static class JointWrap
{
    private const string Member = "wrap";
    private const string Expected = "true, false or a list of these, one a joint";

    /// <param name="joints">How many there are; null where only a recording says it.</param>
    /// <returns>Empty: none; one entry: all joints alike; else one a joint.</returns>
    public static ImmutableArray<bool> Read(ParameterReader reader, string unit, int? joints)
    {
        ImmutableArray<bool> wrap = reader.Member(Member) switch
        {
            null => [],
            { ValueKind: JsonValueKind.True } => [true],
            { ValueKind: JsonValueKind.False } => [],
            { ValueKind: JsonValueKind.Array } list => [.. list.EnumerateArray().Select(item => item.ValueKind is JsonValueKind.True or JsonValueKind.False
                ? item.GetBoolean()
                : throw reader.Wrong(Member, Expected, item))],
            { } other => throw reader.Wrong(Member, Expected, other),
        };
        if (wrap.Length > 1 && joints is { } known && wrap.Length != known)
        {
            throw new ParameterException($"{Member}: expected {Expected}: {known}, found {wrap.Length}");
        }

        return wrap.Contains(true) && ErrorUnit.Period(unit) is null
            ? throw new ParameterException($"{Member}: expected unit rad or deg, which have a full turn, found unit {unit}")
            : wrap;
    }

    /// <summary>A full turn of each joint; 0 for a joint that does not wrap.</summary>
    public static double[] Periods(ImmutableArray<bool> wrap, string unit, int joints)
    {
        var periods = new double[joints];
        for (var joint = 0; joint < joints && wrap.Length > 0; joint++)
        {
            periods[joint] = wrap[wrap.Length == 1 ? 0 : joint] ? ErrorUnit.Period(unit) ?? 0 : 0;
        }

        return periods;
    }
}
