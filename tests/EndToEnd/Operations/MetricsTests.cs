using System.Globalization;
using System.Net;
using System.Net.Http.Headers;

namespace Strata.EndToEnd.Tests;

public sealed class MetricsTests : IDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("strata-metrics-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact]
    public async Task What_was_registered_derived_and_quarantined_is_counted()
    {
        await using var server = await StrataServerProcess.StartAsync(_data);
        var broken = Path.Combine(_data, "broken.rrd");
        await File.WriteAllTextAsync(broken, "no recording", Token);
        await StrataProgram.JsonAsync(_data, 1, "register", Samples.Files[0], Samples.Files[1], broken, "--dataset", "arm", "--wait");
        await StrataProgram.JsonAsync(_data, 0, "register", Samples.Files[0], "--dataset", "arm", "--wait");

        var metrics = await ReadAsync(server, null);

        metrics["""strata_registrations_total{status="registered",source="cli"}"""].ShouldBe(2);
        metrics["""strata_registrations_total{status="quarantined",source="cli"}"""].ShouldBe(1);
        metrics["""strata_registrations_total{status="known",source="cli"}"""].ShouldBe(1);
        metrics["""strata_quarantine_entries_total{reason="not_an_rrd"}"""].ShouldBe(1);
        metrics["""strata_layers_total{origin="given"}"""].ShouldBe(2);
        metrics["""strata_layers_total{origin="derived"}"""].ShouldBe(4);
        metrics["""strata_layers_size_bytes_total{origin="given"}"""].ShouldBeGreaterThan(100_000);
        metrics["""strata_derivations_total{rule="tracking_error",outcome="derived"}"""].ShouldBe(2);
        metrics["""strata_derivations_total{rule="quality",outcome="derived"}"""].ShouldBe(2);
        metrics["""strata_derivation_duration_seconds_count{rule="quality",outcome="derived"}"""].ShouldBe(2);
        metrics["strata_workers_claims"].ShouldBe(0);
        metrics[$$"""strata_disk_free_bytes{folder="{{_data}}"}"""].ShouldBeGreaterThan(0);
        metrics.Where(m => m.Key.StartsWith("strata_projections_lag{", StringComparison.Ordinal)).Select(m => m.Value).ShouldBe([0, 0], "of each projection");
        metrics.Keys.ShouldContain(k => k.StartsWith("http_server_request_duration_seconds_count", StringComparison.Ordinal));
        metrics["strata_metrics_dropped_total"].ShouldBe(0);
    }

    [Fact]
    public async Task Where_tokens_are_asked_for_metrics_are_for_those_who_may_read_everything()
    {
        await using var server = await StrataServerProcess.StartAsync(_data, "--require-tokens");
        var everything = (await StrataProgram.RunAsync(_data, "token", "create", "--read")).Out.Trim();
        var one = (await StrataProgram.RunAsync(_data, "token", "create", "--read", "--dataset", "mine")).Out.Trim();

        (await GetAsync(server, null)).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await GetAsync(server, one)).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await ReadAsync(server, everything)).Keys.ShouldContain("strata_metrics_dropped_total");
    }

    private static async Task<Dictionary<string, double>> ReadAsync(StrataServerProcess server, string? token)
    {
        var (status, text) = await GetAsync(server, token);
        status.ShouldBe(HttpStatusCode.OK);
        return text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(l => !l.StartsWith('#'))
            .ToDictionary(l => l[..l.LastIndexOf(' ')], l => double.Parse(l[(l.LastIndexOf(' ') + 1)..].Replace("+Inf", "Infinity", StringComparison.Ordinal), CultureInfo.InvariantCulture), StringComparer.Ordinal);
    }

    private static async Task<(HttpStatusCode Status, string Text)> GetAsync(StrataServerProcess server, string? token)
    {
        using var http = new HttpClient { BaseAddress = server.Url };
        http.DefaultRequestHeaders.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        using var response = await http.GetAsync("/metrics", Token);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(Token));
    }
}
