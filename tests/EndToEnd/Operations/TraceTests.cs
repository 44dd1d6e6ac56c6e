using System.Net.Http.Json;
using Strata.Contracts;

namespace Strata.EndToEnd.Tests;

/// <summary>One trace leads from whoever published to the property that is visible, through the log and every process that reads it.</summary>
public sealed class TraceTests : IDisposable
{
    private const string Trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    private const string Caller = "00f067aa0ba902b7";

    private readonly string _data = Directory.CreateTempSubdirectory("strata-traces-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact]
    public async Task The_trace_of_a_caller_leads_to_the_visible_property_and_what_is_left_is_sent_at_the_stop()
    {
        await using var collector = await OtlpReceiver.StartAsync();
        await using (var server = await ServeAsync(collector, []))
        {
            await RegisterAsync(server, Samples.Files[0], traceParent: $"00-{Trace}-{Caller}-01");
            await UntilSettledAsync();
            (await server.TerminateAsync()).ShouldBe(0);
        }

        var spans = collector.Spans.Where(s => s.TraceId == Trace).ToList();
        var register = spans.Single(s => s.Name == SpanNames.Register);
        var derived = spans.Where(s => s.Name == SpanNames.Derive).ToList();
        derived.Count.ShouldBe(2, "tracking_error and quality");
        spans.Count(s => s.Name == SpanNames.Visible).ShouldBeGreaterThanOrEqualTo(3, "of the base layer and of both derived ones");
        spans.ShouldContain(s => s.ParentId == Caller);

        // From the last derivation upwards each span has its parent among those that came, up to the caller.
        var quality = derived.Single(d => derived.Any(other => IsAncestor(spans, other, d)));
        IsAncestor(spans, register, quality).ShouldBeTrue();
        spans.Where(s => s.Name == SpanNames.Visible).ShouldContain(v => v.ParentId == quality.SpanId);
        collector.Spans.Where(s => s.Name is SpanNames.Fold or SpanNames.Relay or SpanNames.Commit).SelectMany(s => s.Links).ShouldContain(Trace);

        register.Resource["service.name"].ShouldBe("strata-under-test");
        register.Resource["service.version"].ShouldBe(StrataVersion.Current);
        register.Resource["strata.roles"].ShouldContain("registrar");
        collector.Metrics.Keys.ShouldContain("strata.registrations");
        collector.Metrics.Keys.ShouldContain("strata.projections.lag");
    }

    [Fact]
    public async Task A_derivation_after_a_restart_goes_on_with_the_trace_that_the_log_kept()
    {
        await using var collector = await OtlpReceiver.StartAsync();
        await using (var first = await ServeAsync(collector, ["--roles", "registrar,projections,web"]))
        {
            await RegisterAsync(first, Samples.Files[0], traceParent: $"00-{Trace}-{Caller}-01");
            (await first.TerminateAsync()).ShouldBe(0);
        }

        collector.Spans.ShouldNotContain(s => s.Name == SpanNames.Derive);
        await using (var second = await ServeAsync(collector, []))
        {
            await UntilSettledAsync();
            (await second.TerminateAsync()).ShouldBe(0);
        }

        collector.Spans.Count(s => s.Name == SpanNames.Derive && s.TraceId == Trace).ShouldBe(2);
    }

    [Fact]
    public async Task Without_a_collector_nothing_is_traced_and_no_event_says_so()
    {
        await using (var server = await StrataServerProcess.StartAsync(_data))
        {
            await StrataProgram.JsonAsync(_data, 0, "register", Samples.Files[0], "--dataset", "arm", "--wait");
            (await server.TerminateAsync()).ShouldBe(0);
        }

        (await StrataProgram.RunAsync(_data, "log", "export", Path.Combine(_data, "log.ndjson"))).Code.ShouldBe(0);
        (await File.ReadAllTextAsync(Path.Combine(_data, "log.ndjson"), Token)).ShouldNotContain(StrataTracing.TraceParent);
    }

    private static bool IsAncestor(IReadOnlyList<ReceivedSpan> spans, ReceivedSpan ancestor, ReceivedSpan of)
    {
        for (var span = of; span is not null; span = spans.FirstOrDefault(s => s.SpanId == span.ParentId))
        {
            if (span != of && span.SpanId == ancestor.SpanId)
            {
                return true;
            }
        }

        return false;
    }

    private Task<StrataServerProcess> ServeAsync(OtlpReceiver collector, string[] arguments) => StrataServerProcess.StartAsync(
        _data,
        new Dictionary<string, string>
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Url,
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_SERVICE_NAME"] = "strata-under-test",
        },
        arguments);

    private static async Task RegisterAsync(StrataServerProcess server, string file, string traceParent)
    {
        using var http = new HttpClient { BaseAddress = server.Url };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/datasets/arm/recordings") { Content = JsonContent.Create(new { sources = new[] { new { path = file, url = "file://" + file } } }) };
        request.Headers.Add(StrataTracing.TraceParent, traceParent);
        using var response = await http.SendAsync(request, Token);
        response.IsSuccessStatusCode.ShouldBeTrue(await response.Content.ReadAsStringAsync(Token));
    }

    /// <summary>Registering the same again waits for all that the rules still do.</summary>
    private async Task UntilSettledAsync() => await StrataProgram.JsonAsync(_data, 0, "register", Samples.Files[0], "--dataset", "arm", "--wait");
}
