using Strata.Contracts;

namespace Strata.DerivationWorkers;

/// <summary>Which parameters a built-in deriver knows: it says so when it is asked for one that it does not.</summary>
public static class DeriverParameterNames
{
    private const string Listed = "unknown; expected ";

    private static readonly CanonicalJson Unknown = CanonicalJson.Parse("""{"?":0}""");

    public static IReadOnlyList<string> Of(IDeriver deriver)
    {
        ArgumentNullException.ThrowIfNull(deriver);
        var refusal = deriver.RefuseParameters(Unknown) ?? "";
        var at = refusal.IndexOf(Listed, StringComparison.Ordinal);
        return at < 0 ? [] : refusal[(at + Listed.Length)..].Split(", ");
    }
}
