using System.Collections.Immutable;

namespace Strata.Catalog.Transport;

internal sealed record TransportOptions
{
    /// <summary>See <see cref="Origins"/>.</summary>
    public ImmutableArray<string> AllowedOrigins { get; init; } = [];

    /// <summary>On every answer, and readable by pages of other origins.</summary>
    public ImmutableDictionary<string, string> AnswerHeaders { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Of one request message; a longer one is RESOURCE_EXHAUSTED before its bytes are read.</summary>
    public required int LargestMessageBytes { get; init; }
}
