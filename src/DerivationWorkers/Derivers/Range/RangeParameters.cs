using System.Collections.Immutable;
using System.Text.Json;
using Strata.Contracts;

namespace Strata.DerivationWorkers;

/// <summary>
/// Parameters of <see cref="RangeDeriver"/>: those of <see cref="JointInput"/>, without <c>wrap</c>, and <c>lower</c>, <c>upper</c> (a number, or a list with one a joint, null for a joint
/// without limit) and <c>margin</c>. Limits need the unit of the joints, declared, as <see cref="QualityParameters"/>.
/// </summary>
/// <param name="Lower">Empty: none; one: of all joints; else one a joint, infinite where there is none.</param>
/// <param name="Upper">As <paramref name="Lower"/>.</param>
/// <param name="Margin">A joint that is this close to a limit is at it, in the unit.</param>
public sealed record RangeParameters(JointInput Input, ImmutableArray<double> Lower, ImmutableArray<double> Upper, double Margin) : IJointParameters
{
    public bool HasLimits => Lower.Length + Upper.Length > 0;

    /// <exception cref="ParameterException">A member is unknown, or not what it should be; the message names it.</exception>
    public static RangeParameters Parse(CanonicalJson parameters)
    {
        var reader = ParameterReader.Of(parameters);
        var input = JointInput.Read(reader, canWrap: false);
        var result = new RangeParameters(
            input, ReadLimits(reader, "lower", double.NegativeInfinity), ReadLimits(reader, "upper", double.PositiveInfinity), reader.Number("margin") ?? 0);
        var hasMargin = reader.Member("margin") is not null;
        reader.RefuseUnknown();
        if (result.Margin < 0 || (hasMargin && !result.HasLimits))
        {
            throw new ParameterException(result.Margin < 0 ? $"margin: expected 0 or more, found {result.Margin}" : "margin: expected lower or upper beside it, found neither");
        }

        if (result.HasLimits && input.Unit is null or ErrorUnit.Native)
        {
            throw new ParameterException($"unit: expected rad, deg or m beside limits, found {input.Unit ?? "nothing"}; a limit means nothing without the unit of what it is compared with");
        }

        return result.FirstCrossed() is { } joint
            ? throw new ParameterException($"lower: expected less than upper, found {At(result.Lower, joint)} and {At(result.Upper, joint)} at position {joint}")
            : result;
    }

    /// <returns>Null when the lists tell of another number of joints.</returns>
    internal (double Lower, double Upper)[]? Limits(int joints) =>
        (Lower.Length > 1 && Lower.Length != joints) || (Upper.Length > 1 && Upper.Length != joints) ? null
        : [.. Enumerable.Range(0, joints).Select(j => (Lower.IsEmpty ? double.NegativeInfinity : At(Lower, j), Upper.IsEmpty ? double.PositiveInfinity : At(Upper, j)))];

    private static ImmutableArray<double> ReadLimits(ParameterReader reader, string name, double none) => reader.Member(name) switch
    {
        null => [],
        { ValueKind: JsonValueKind.Array } list => [.. list.EnumerateArray().Select(item => item.ValueKind == JsonValueKind.Null ? none : Limit(reader, name, item))],
        { } one => [Limit(reader, name, one)],
    };

    private static double Limit(ParameterReader reader, string name, JsonElement element) =>
        element.ValueKind == JsonValueKind.Number && element.TryGetDouble(out var limit) && double.IsFinite(limit)
            ? limit
            : throw reader.Wrong(name, "a finite number, or a list of these or null, one a joint", element);

    private int? FirstCrossed()
    {
        for (var joint = 0; joint < Math.Max(Lower.Length, Upper.Length) && !Lower.IsEmpty && !Upper.IsEmpty; joint++)
        {
            if (At(Lower, joint) >= At(Upper, joint))
            {
                return joint;
            }
        }

        return null;
    }

    private static double At(ImmutableArray<double> limits, int joint) => limits[Math.Min(joint, limits.Length - 1)];
}
