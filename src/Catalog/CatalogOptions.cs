using System.Collections.Immutable;
using Strata.Registrar;

namespace Strata.Catalog;

/// <param name="Version">Of this program, as <c>1.2.3</c>.</param>
public sealed record CatalogOptions(string Version)
{
    private const string FindChunks = "dataset:find_chunks";
    private const string Staging = "catalog:write:staging";

    /// <summary>Optional abilities that WhoAmI advertises, such as <c>dataset:find_chunks</c>: clients call what is named here and fall back otherwise. Source: catalog-protocol §11.2.</summary>
    public ImmutableArray<string> Capabilities { get; init; } = [Staging, FindChunks];

    /// <summary>Of the <see cref="Tokens.TokenSecret"/> that also signs the tickets of uploads; null: a key that ends with this process.</summary>
    public string? SecretPath { get; init; }

    /// <summary>Declared in each dataset that a client creates.</summary>
    public ImmutableArray<RuleDefinition> DefaultRules { get; init; } = [];

    /// <summary>Web origins beside the usual ones whose pages may ask: patterns such as <c>https://*.example.org</c>.</summary>
    public ImmutableArray<string> AllowedOrigins { get; init; } = [];

    /// <summary>Names under which the server may be asked, beside those of this machine itself; null: any, since callers show a token.</summary>
    public ImmutableArray<string>? AllowedHosts { get; init; }
}
