using System.Collections.Immutable;

namespace Strata.Catalog.Transport;

internal sealed record TransportOptions
{
    /// <summary>See <see cref="Origins"/>.</summary>
    public ImmutableArray<string> AllowedOrigins { get; init; } = [];

    /// <summary>On every answer, and readable by pages of other origins.</summary>
    public ImmutableDictionary<string, string> AnswerHeaders { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Names under which a page of this server's own may be asked for, beside those of this machine itself; null: any name.</summary>
    public ImmutableArray<string>? AllowedHosts { get; init; }

    /// <summary>Of one request message; a longer one is RESOURCE_EXHAUSTED before its bytes are read.</summary>
    public required int LargestMessageBytes { get; init; }

    /// <summary>Of all request messages that are not whole yet, together; one that finds no room is RESOURCE_EXHAUSTED.</summary>
    public required long UnfinishedMessagesBytes { get; init; }

    /// <summary>How long a request of one message may bring nothing.</summary>
    public TimeSpan SilentRequestFor { get; init; } = TimeSpan.FromSeconds(60);
}
