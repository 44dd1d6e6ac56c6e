using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Configuration;
using Strata.Web;
using Strata.Webhooks;

namespace Strata.Cli;

/// <summary>The hooks that <c>Strata__Webhooks__0__Url</c> and its like name.</summary>
internal static class WebhookSettings
{
    public const string Section = "Strata:Webhooks";

    /// <summary>Each follows the log by itself; more receivers than this are better served by one that hands on.</summary>
    private const int MostHooks = 20;

    private const int HashLetters = 8;

    private static readonly TimeSpan ShortestGiveUp = TimeSpan.FromSeconds(1);

    /// <exception cref="OperationException">A hook cannot be as it is set: one that is silently left out would be missed when it is needed.</exception>
    public static ImmutableArray<Webhook> Read(IConfiguration configuration)
    {
        var hooks = configuration.GetSection(Section).GetChildren().Select(Read).ToImmutableArray();
        if (hooks.Length > MostHooks)
        {
            throw Refuse(Section, $"at most {MostHooks} hooks", $"{hooks.Length}");
        }

        return hooks.GroupBy(h => h.Name, StringComparer.Ordinal).FirstOrDefault(g => g.Skip(1).Any()) is { Key: { } twice }
            ? throw Refuse(Section, "each name once (two hooks of one URL need names of their own: …__Name)", $"'{twice}' twice")
            : hooks;
    }

    private static Webhook Read(IConfigurationSection section)
    {
        var url = section["Url"] is { Length: > 0 } text && Uri.TryCreate(text, UriKind.Absolute, out var parsed) && parsed.Scheme is "http" or "https" && parsed.Host.Length > 0
            ? parsed
            : throw Refuse($"{section.Path}:Url", "http://… or https://…", section["Url"] is { Length: > 0 } ? "another text" : "none");
        var secret = WebhookSignature.ParseSecret(section["Secret"] ?? "") ?? throw Refuse($"{section.Path}:Secret", "whsec_ and base64, or a text of 16 bytes or more", "none, a shorter one, or no base64");
        return new(section["Name"] is { Length: > 0 } name ? name : NameOf(url), url, secret, TopicsOf(section)) { GiveUpAfter = GiveUpAfterOf(section) };
    }

    private static HashSet<string> TopicsOf(IConfigurationSection section)
    {
        var topics = (section["On"] ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return topics.FirstOrDefault(t => !WebhookTopics.All.Contains(t)) is { } unknown
            ? throw Refuse($"{section.Path}:On", $"some of {string.Join(',', WebhookTopics.All)}", $"'{unknown}'")
            : new(topics.Length == 0 ? WebhookTopics.All : topics, StringComparer.Ordinal);
    }

    private static TimeSpan GiveUpAfterOf(IConfigurationSection section) => section["GiveUpAfter"] switch
    {
        null or "" => TimeSpan.FromHours(24),
        var text => TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var after) && after >= ShortestGiveUp
            ? after
            : throw Refuse($"{section.Path}:GiveUpAfter", "a time of a second or more, such as 1.00:00:00 for a day", $"'{text}'"),
    };

    /// <summary>What may be a password stands in the URL's path or query as often as before its host.</summary>
    private static string NameOf(Uri url) => $"{url.Host}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(url.AbsoluteUri)))[..HashLetters]}";

    private static OperationException Refuse(string key, string expected, string found) =>
        new(OperationErrors.Invalid, $"{key}: expected {expected}, found {found}", $"set {key.Replace(":", "__", StringComparison.Ordinal)} in the environment; docs/operations.md §Webhooks has an example");
}
