namespace Strata.Contracts;

/// <summary>Which names somebody may have meant who wrote another one.</summary>
internal static class NearNames
{
    /// <summary>More of them hide the right one.</summary>
    private const int Shown = 5;

    /// <summary>Further apart two names have little in common: a third of what was written, and at least this.</summary>
    private const int LeastDistance = 2;

    /// <summary>Characters that are compared: the work grows with their square, and names of thousands of columns may be long.</summary>
    private const int Compared = 64;

    /// <returns>The nearest first.</returns>
    public static IReadOnlyList<string> Of(string written, IEnumerable<string> names) =>
    [
        .. names.Select(name => (Name: name, Distance: Distance(Cut(written), Cut(name)), IsPart: name.Contains(written, StringComparison.OrdinalIgnoreCase)))
            .Where(n => n.IsPart || n.Distance <= Math.Max(LeastDistance, written.Length / 3))
            .OrderBy(n => n.Distance).ThenBy(n => n.Name, StringComparer.Ordinal).Take(Shown).Select(n => n.Name),
    ];

    private static string Cut(string name) => (name.Length <= Compared ? name : name[..Compared]).ToUpperInvariant();

    /// <summary>How many characters have to be put in, taken out or changed (Levenshtein).</summary>
    private static int Distance(string one, string other)
    {
        var row = Enumerable.Range(0, other.Length + 1).ToArray();
        for (var i = 1; i <= one.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= other.Length; j++)
            {
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (one[i - 1] == other[j - 1] ? 0 : 1)));
            }
        }

        return row[^1];
    }
}
