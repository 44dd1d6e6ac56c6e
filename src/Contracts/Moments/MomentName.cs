namespace Strata.Contracts;

/// <summary>The name of a dataset at a moment: <c>robots[1234]</c>, <c>robots[2026-11-22T10:00:00Z]</c>.</summary>
/// <param name="Dataset">The name that it had then.</param>
/// <param name="Moment">Null when what stands in the brackets is no moment.</param>
/// <param name="MomentText">As it stands in the brackets.</param>
public sealed record MomentName(string Dataset, Moment? Moment, string MomentText)
{
    /// <summary>What stands in brackets at the end of a name and begins with a digit means a moment; anything else (<c>sim[v2]</c>) is part of the name.</summary>
    /// <returns>Null for any other name.</returns>
    public static MomentName? TryParse(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var open = name.LastIndexOf('[');
        if (open <= 0 || name[^1] != ']' || !char.IsAsciiDigit(name[open + 1]))
        {
            return null;
        }

        var text = name[(open + 1)..^1];
        return new(name[..open], Moment.TryParse(text), text);
    }

    public static string Of(string dataset, long position) => FormattableString.Invariant($"{dataset}[{position}]");
}
