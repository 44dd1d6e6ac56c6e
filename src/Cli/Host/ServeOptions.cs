using System.Net;
using Strata.Web;

namespace Strata.Cli;

/// <param name="Listen">Port 0 takes a free one.</param>
/// <param name="Datasets">Registered before <c>/health</c> answers 200.</param>
internal sealed record ServeOptions(IPEndPoint Listen, Roles Roles, IReadOnlyList<DatasetPaths> Datasets, string DefaultRules)
{
    /// <summary>Rerun's own port, so that its clients find Strata where they look.</summary>
    public const int DefaultPort = 51234;

    public const string DefaultListen = "127.0.0.1:51234";

    public TokenUse Tokens { get; init; } = TokenUse.ElsewhereThanLoopback;

    /// <summary>Whoever reaches loopback reaches the files too.</summary>
    public bool RequiresToken => Tokens == TokenUse.Always || (Tokens == TokenUse.ElsewhereThanLoopback && !IPAddress.IsLoopback(Listen.Address));

    /// <summary>Callers are trusted for where they are, so a browser there must not be used by a page from elsewhere.</summary>
    public bool IsOpenToThisMachineOnly => !RequiresToken && Tokens != TokenUse.Never;

    public static ServeOptions Default { get; } = new(new IPEndPoint(IPAddress.Loopback, DefaultPort), Roles.All, [], RuleSets.HowTo);
}

/// <summary>When callers need a token.</summary>
internal enum TokenUse
{
    ElsewhereThanLoopback,

    /// <summary>Also on loopback: behind a proxy every caller comes from there.</summary>
    Always,

    /// <summary>Whoever reaches the port may do everything.</summary>
    Never,
}

internal sealed record DatasetPaths(string Dataset, IReadOnlyList<string> Paths)
{
    /// <param name="text"><c>NAME=PATH[,PATH…]</c></param>
    /// <returns>Null when it has not that form.</returns>
    public static DatasetPaths? Parse(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        return equals <= 0 ? null : new(text[..equals], text[(equals + 1)..].Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
    }
}
