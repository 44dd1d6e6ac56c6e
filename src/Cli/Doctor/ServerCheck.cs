using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using Strata.Web;

namespace Strata.Cli;

/// <summary>The running server as it sees itself, and its clock; or, with none, whether its port is free.</summary>
internal sealed class ServerCheck(DataDirectory data, RunningServer? server, string listen) : IDoctorCheck
{
    public string Name => "server";

    public async IAsyncEnumerable<DoctorLine> LookAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (server is null)
        {
            yield return PortLine();
            yield break;
        }

        using var http = HttpOperations.Client(data, server);
        var before = TimeProvider.System.GetUtcNow();
        using var response = await http.GetAsync($"{HealthEndpoints.Health}?details", cancellationToken);
        var after = TimeProvider.System.GetUtcNow();
        if (response.Content.Headers.ContentType?.MediaType != "application/json" || await response.Content.ReadFromJsonAsync(HealthJson.Default.HealthReport, cancellationToken) is not { } report)
        {
            yield return DoctorLine.Warning(Name, $"the server at {server.Url} answers {(int)response.StatusCode} and tells no more", "is it of an older version? restart it with this one");
            yield break;
        }

        yield return DoctorLine.Ok(Name, $"{server.Url}, version {report.Version}, roles {string.Join(',', report.Roles)}, since {server.StartedAt.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z");
        foreach (var part in report.Parts.Where(p => p.Status != HealthWords.Ok))
        {
            var since = DateTimeOffset.UnixEpoch.AddTicks(part.SinceNs / TimeSpan.NanosecondsPerTick);
            var words = $"{part.Name}: {part.Words} (since {since.UtcDateTime:HH:mm:ss}Z)";
            yield return part.Status == HealthWords.Down ? DoctorLine.Problem(Name, words, part.Next ?? "see the server's log") : DoctorLine.Warning(Name, words, part.Next ?? "see the server's log");
        }

        if (response.Headers.Date is { } date)
        {
            // The header has whole seconds.
            yield return ClockLine.Of("the server's clock", date, before - TimeSpan.FromSeconds(1), after);
        }
    }

    private DoctorLine PortLine()
    {
        if (!IPEndPoint.TryParse(listen, out var endpoint))
        {
            return DoctorLine.Problem(Name, $"no server runs here; Strata__Listen: expected ADDRESS:PORT, found '{listen}'", $"set it to {ServeOptions.DefaultListen}");
        }

        return endpoint.Port != 0 && PortOwner.Find(endpoint.Port) is { } owner
            ? DoctorLine.Warning(Name, string.Create(CultureInfo.InvariantCulture, $"no server runs here, and port {endpoint.Port} is taken by {owner}"), "strata serve --listen 127.0.0.1:0 takes a free one")
            : DoctorLine.Ok(Name, $"no server runs here; {endpoint} is free for one as far as this user can see");
    }
}
