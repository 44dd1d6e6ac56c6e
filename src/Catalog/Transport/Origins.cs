using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace Strata.Catalog.Transport;

/// <summary>
/// Web origins as patterns over the whole <c>Origin</c>: <c>*</c> is any text, <c>?</c> one character, as in <c>*://localhost:*</c>.
/// Source: catalog-protocol §1.7.
/// </summary>
internal sealed class Origins(ImmutableArray<string> patterns)
{
    private readonly Regex[] _patterns =
    [
        .. patterns.Select(p => new Regex(
            $"^{Regex.Escape(p).Replace(@"\*", ".*", StringComparison.Ordinal).Replace(@"\?", ".", StringComparison.Ordinal)}\\z",
            RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)),
    ];

    /// <summary>What is not a scheme, a host and perhaps a port (<c>null</c>, a bare host) is never allowed, whatever the patterns.</summary>
    public bool Allow(string origin) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var uri) && uri.GetLeftPart(UriPartial.Authority) == origin && _patterns.Any(p => p.IsMatch(origin));
}
