namespace Strata.Cli;

/// <summary>Which known word a mistyped one was probably meant to be.</summary>
internal static class Spelling
{
    /// <summary>Two letters wrong, missing or swapped are a typing error; more are another word.</summary>
    private const int MostEdits = 2;

    /// <returns>Null when none is near.</returns>
    public static string? Nearest(string word, IEnumerable<string> known) => known
        .Select(k => (Word: k, Edits: Edits(word, k)))
        .Where(k => k.Edits <= MostEdits && k.Edits < k.Word.Length / 2.0)
        .OrderBy(k => k.Edits)
        .Select(k => k.Word)
        .FirstOrDefault();

    /// <summary>Levenshtein distance.</summary>
    private static int Edits(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)));
            }
        }

        return row[^1];
    }
}
