using System.Security.Cryptography;
using System.Text.Json;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using Strata.Bus.Tests;
using Strata.Contracts;

namespace Strata.EndToEnd.Tests;

/// <summary>The trace of a robot's message goes on through registering and deriving to the visible property, one trace a message though many are settled together.</summary>
public sealed class RobotTraceTests(RabbitMqBroker broker) : IClassFixture<RabbitMqBroker>, IDisposable
{
    private const int Patience = 180_000;
    private const string Robot = "guest";
    private const string Caller = "00f067aa0ba902b7";

    private static readonly string[] Traces = ["4bf92f3577b34da6a3ce929d0e0e4730", "4bf92f3577b34da6a3ce929d0e0e4731", "4bf92f3577b34da6a3ce929d0e0e4732"];

    private readonly string _data = Directory.CreateTempSubdirectory("strata-robot-traces-").FullName;
    private readonly string _prefix = $"t{Guid.NewGuid():N}-";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact(Timeout = Patience)]
    public async Task The_trace_of_each_message_leads_to_its_visible_property_and_one_without_begins_here()
    {
        Assert.SkipWhen(broker.Address is null, broker.Absence);
        await using var collector = await OtlpReceiver.StartAsync();
        await using (var first = await ServeAsync(collector))
        {
            await UploadAsync(first, Samples.Files[..4]);
            (await first.TerminateAsync()).ShouldBe(0);
        }

        // While no server runs they gather: the first is taken alone, the others in one batch.
        foreach (var (file, trace) in Samples.Files.Zip(Traces.Cast<string?>().Append(null)))
        {
            await PublishAsync(file, trace is null ? null : $"00-{trace}-{Caller}-01");
        }

        await using (var second = await ServeAsync(collector))
        {
            await UntilDerivedAsync(4);
            (await second.TerminateAsync()).ShouldBe(0);
        }

        foreach (var trace in Traces)
        {
            var spans = collector.Spans.Where(s => s.TraceId == trace).ToList();
            spans.Single(s => s.Name == SpanNames.Receive).ParentId.ShouldBe(Caller);
            LeadsToTheProperty(spans);
        }

        var begunHere = collector.Spans.Where(s => s.Name == SpanNames.Receive && s.ParentId.Length == 0).ShouldHaveSingleItem();
        LeadsToTheProperty([.. collector.Spans.Where(s => s.TraceId == begunHere.TraceId)]);
        var registers = collector.Spans.Where(s => s.Name == SpanNames.Register).ToList();
        registers.Where(s => s.TraceId == Traces[0]).ShouldHaveSingleItem();
        registers.SelectMany(s => s.Links).ShouldBe([Traces[1], Traces[2], begunHere.TraceId], ignoreOrder: true);
    }

    [Fact(Timeout = Patience)]
    public async Task Over_http_the_trace_of_a_message_leads_to_the_visible_property_too()
    {
        await using var collector = await OtlpReceiver.StartAsync();
        await using (var server = await ServeAsync(collector, overBroker: false))
        {
            await UploadAsync(server, Samples.Files[..1]);
            using var http = new HttpClient();
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server.Url, "/api/v1/recordings")) { Content = new ByteArrayContent(Message(Samples.Files[0])) };
            request.Headers.Add(StrataTracing.TraceParent, $"00-{Traces[0]}-{Caller}-01");
            using var response = await http.SendAsync(request, Token);
            response.IsSuccessStatusCode.ShouldBeTrue(await response.Content.ReadAsStringAsync(Token));
            await UntilDerivedAsync(1);
            (await server.TerminateAsync()).ShouldBe(0);
        }

        LeadsToTheProperty([.. collector.Spans.Where(s => s.TraceId == Traces[0])]);
    }

    /// <summary>Registered, derived twice, and all three layers visible: the last one as a child of the derivation of quality.</summary>
    private static void LeadsToTheProperty(IReadOnlyList<ReceivedSpan> spans)
    {
        var derived = spans.Where(s => s.Name == SpanNames.Derive).ToList();
        derived.Count.ShouldBe(2, "tracking_error and quality");
        spans.Count(s => s.Name == SpanNames.Visible).ShouldBeGreaterThanOrEqualTo(3, "of the base layer and of both derived ones");
        var quality = derived.Single(d => derived.Exists(other => other != d && d.ParentId == other.SpanId));
        spans.Where(s => s.Name == SpanNames.Visible).ShouldContain(v => v.ParentId == quality.SpanId);
    }

    private Task<StrataServerProcess> ServeAsync(OtlpReceiver collector, bool overBroker = true)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Url,
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
        };
        if (overBroker)
        {
            (environment["Strata__Bus__RabbitMq"], environment["Strata__Bus__Prefix"]) = (broker.Address!.ToString(), _prefix);
        }

        return StrataServerProcess.StartAsync(_data, environment);
    }

    private static async Task UploadAsync(StrataServerProcess server, IEnumerable<string> files)
    {
        using var http = new HttpClient();
        foreach (var file in files)
        {
            var bytes = await File.ReadAllBytesAsync(file, Token);
            using var content = new ByteArrayContent(bytes);
            using var response = await http.PutAsync(new Uri(server.Url, $"/recordings/{Sha256Digest.Of(bytes)}"), content, Token);
            response.IsSuccessStatusCode.ShouldBeTrue(await response.Content.ReadAsStringAsync(Token));
        }
    }

    private async Task PublishAsync(string file, string? traceParent)
    {
        await using var connection = await new ConnectionFactory { Uri = broker.Address! }.CreateConnectionAsync(Token);
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(true, true, null), Token);
        var headers = traceParent is null ? null : new Dictionary<string, object?> { [StrataTracing.TraceParent] = traceParent };
        var properties = new BasicProperties { UserId = Robot, Persistent = true, Headers = headers };
        var taken = false;
        while (!taken)
        {
            try
            {
                await channel.BasicPublishAsync(_prefix + RobotRouting.Robots, RobotRouting.Recording(Robot, "pick"), mandatory: true, properties, Message(file), Token);
                taken = true;
            }
            catch (PublishException e) when (!e.IsReturn)
            {
                // A queue whose consumers have just gone may refuse for a moment: robots send again (docs/publishing.md).
            }
        }
    }

    private static byte[] Message(string file) => RobotMessageJson.Serialize(new RecordingPublished(
        Path.GetFileName(file), Robot, "pick", "base", null, null, Sha256Digest.FromBytes(SHA256.HashData(File.ReadAllBytes(file))), null, null, null, null));

    /// <summary>Until so many segments have all their layers: robots do not hear of that.</summary>
    private async Task UntilDerivedAsync(int segments)
    {
        while (true)
        {
            var result = await StrataProgram.RunAsync(_data, "segments", "pick", "--json");
            if (result.Code == 0 && JsonElement.Parse(result.Out).EnumerateArray().Count(s => StrataProgram.Layers(s) == "base, tracking_error, quality") == segments)
            {
                return;
            }
        }
    }
}
