using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using System.Net;
using Strata.Catalog.Tokens;
using Strata.Contracts;

namespace Strata.Cli;

/// <summary>What <c>strata token create --json</c> prints.</summary>
internal sealed record TokenLine(string Token, string Subject, IReadOnlyList<string> Scopes, IReadOnlyList<string> AllowedHosts, DateTimeOffset ExpiresAt);

/// <summary>Signs a token with the secret of the data directory: no server need run.</summary>
internal sealed class TokenCreateCommand : StrataCommand
{
    private const string UsualLifetime = "30d";

    private readonly Option<bool> _read = new("--read") { Description = "See and query [default]" };
    private readonly Option<bool> _register = new("--register") { Description = "Also add and take away recordings" };
    private readonly Option<bool> _admin = new("--admin") { Description = "Also rename, delete, declare rules, maintain" };
    private readonly Option<string[]> _datasets = new("--dataset") { Description = "Only this dataset, by its name; may be given again [default: all]", HelpName = "NAME" };
    private readonly Option<string[]> _hosts = new("--host")
    {
        Description = "Clients send it to this host, without port; '.example.org' is all below it [default: this machine's names]",
        HelpName = "HOST",
    };

    private readonly Option<string> _expires = new("--expires")
    {
        Description = "When it ends, from now: 12h, 30d, 52w",
        DefaultValueFactory = _ => UsualLifetime,
        HelpName = "TIME",
    };

    private readonly Option<string?> _subject = new("--subject") { Description = "Whom it is for [default: you]", HelpName = "NAME" };

    public TokenCreateCommand(CommandParts parts)
        : base(parts, "create", "Make a token", "token create --register --dataset my_robot --host robots.example.org --expires 30d")
    {
        Options.Add(_read);
        Options.Add(_register);
        Options.Add(_admin);
        Options.Add(_datasets);
        Options.Add(_hosts);
        Options.Add(_expires);
        Options.Add(_subject);
    }

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var clock = TimeProvider.System;
        var token = new NewToken(context.Value(_subject) ?? Environment.UserName, Grants(context), Hosts(context), Lifetime(context.Value(_expires)!));
        var text = new TokenIssuer(TokenSecret.LoadOrCreate(context.Data.TokenSecretOf(context.Settings)), clock).Create(token);
        if (context.Json)
        {
            var line = new TokenLine(text, token.Subject, [.. token.Grants.Select(g => g.ToString())], token.AllowedHosts, clock.GetUtcNow() + token.Lifetime);
            await JsonOutput.WriteAsync(context.Terminal, line, CliJson.Default.TokenLine, cancellationToken);
        }
        else
        {
            await context.Terminal.Out.WriteLineAsync(text);
            await context.Terminal.Error.WriteLineAsync(
                $"for '{token.Subject}': {string.Join(", ", token.Grants)}; until {clock.GetUtcNow() + token.Lifetime:yyyy-MM-dd HH:mm}Z; "
                + $"clients send it to {string.Join(", ", token.AllowedHosts)} only (--host)");
        }

        return ExitCodes.Done;
    }

    private ImmutableArray<ScopeGrant> Grants(CommandContext context)
    {
        var scope = (context.Value(_read), context.Value(_register), context.Value(_admin)) switch
        {
            (_, false, false) => AccessScope.Read,
            (false, true, false) => AccessScope.Register,
            (false, false, true) => AccessScope.Admin,
            _ => throw new UsageException("expected one of --read, --register, --admin, found several: each includes those before it", null),
        };
        return context.Value(_datasets) is { Length: > 0 } datasets ? [.. datasets.Select(d => new ScopeGrant(scope, d))] : [new ScopeGrant(scope, null)];
    }

    private ImmutableArray<string> Hosts(CommandContext context) =>
        context.Value(_hosts) is { Length: > 0 } hosts ? [.. hosts] : [.. new[] { "localhost", "127.0.0.1", Dns.GetHostName() }.Distinct(StringComparer.Ordinal)];

    /// <param name="text">A number and one of h, d, w.</param>
    internal static TimeSpan Lifetime(string text)
    {
        var hours = text.Length == 0 ? 0 : text[^1] switch { 'h' => 1, 'd' => 24, 'w' => 24 * 7, _ => 0 };
        return hours > 0 && int.TryParse(text.AsSpan(..^1), NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is > 0 and <= 100_000
            ? TimeSpan.FromHours((double)count * hours)
            : throw new UsageException($"--expires: expected a number with h, d or w, found '{text}'", $"--expires {UsualLifetime}");
    }
}
