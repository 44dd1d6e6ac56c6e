using Strata.Contracts;

namespace Strata.DerivationWorkers;

/// <summary>A deriver says which parameter would mend a skip (<c>`--set joints=0..6`</c>); what to run is known where dataset and rule are.</summary>
public static class MendingOption
{
    private const string Option = "--set ";
    private const char Quote = '`';

    /// <summary>What a deriver writes where it does not know the value.</summary>
    private static readonly string[] Placeholders = ["=N", "=NAME", "=VALUE", "=/PATH"];

    /// <returns>The command with the first option of each parameter that can be run as it stands, without the leading <c>strata</c>; null where the detail has none.</returns>
    public static string? Command(string? detail, string dataset, string rule)
    {
        var options = Options(detail ?? "")
            .Where(o => !Placeholders.Any(p => o.EndsWith(p, StringComparison.Ordinal)))
            .DistinctBy(o => o[..Math.Max(0, o.IndexOf('=', StringComparison.Ordinal))])
            .ToList();
        return options.Count == 0 || IsCutShort(detail!) ? null : $"rule declare {ShellWord.Of(dataset)} {ShellWord.Of(rule)} {string.Join(' ', options)}";
    }

    /// <summary>Of many pairs only some are told.</summary>
    private static bool IsCutShort(string detail) => detail.Contains(JointPairs.MoreWords, StringComparison.Ordinal);

    private static IEnumerable<string> Options(string detail)
    {
        // Texts between backticks are every second part.
        var parts = detail.Split(Quote);
        return Enumerable.Range(0, parts.Length).Where(i => i % 2 == 1 && parts[i].StartsWith(Option, StringComparison.Ordinal)).Select(i => parts[i]);
    }
}
