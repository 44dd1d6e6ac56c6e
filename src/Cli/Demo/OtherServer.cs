using System.Net.Http.Json;
using System.Text.Json;
using Strata.Web;

namespace Strata.Cli;

/// <summary>A Strata that serves at the usual address and is not this one's, such as the catalog of a compose file: robots of the demo are not seen there.</summary>
internal static class OtherServer
{
    /// <summary><c>/health</c> answers within two seconds.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <returns>What to tell of it; null: nobody answers there as Strata does.</returns>
    public static async Task<string?> WordsAsync(Uri address, string data, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { BaseAddress = address, Timeout = Patience };
        try
        {
            using var response = await http.GetAsync($"{HealthEndpoints.Health}?details", cancellationToken);
            return await response.Content.ReadFromJsonAsync(HealthJson.Default.HealthReport, cancellationToken) is { Version.Length: > 0, Roles: { } roles }
                ? $"another Strata serves at {address.GetLeftPart(UriPartial.Authority)} ({string.Join(", ", roles)}); these robots publish to a server of their own, with its data in {data}, and are not seen in that one. "
                    + "Next: where docker compose runs it, docker compose exec catalog strata demo --fleet; else strata --data DIR demo --fleet with its data directory"
                : null;
        }
        catch (Exception e) when (e is HttpRequestException or JsonException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            // Some other program has the port.
            return null;
        }
    }
}
