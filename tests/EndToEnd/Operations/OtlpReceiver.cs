using System.Collections.Concurrent;
using System.Text;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Strata.EndToEnd.Tests;

/// <summary>A span as it came over OTLP. Ids in hexadecimal.</summary>
internal sealed record ReceivedSpan(string Name, string TraceId, string SpanId, string ParentId, IReadOnlyList<string> Links, IReadOnlyDictionary<string, string> Resource);

/// <summary>A collector: takes OTLP over HTTP as protobuf, and keeps the spans. Source: opentelemetry-proto, trace/v1/trace.proto.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;

    private OtlpReceiver(WebApplication app) => _app = app;

    public string Url => _app.Urls.First();

    public ConcurrentQueue<ReceivedSpan> Spans { get; } = [];

    /// <summary>Names of the instruments that were sent.</summary>
    public ConcurrentDictionary<string, bool> Metrics { get; } = new(StringComparer.Ordinal);

    public static async Task<OtlpReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var receiver = new OtlpReceiver(app);
        app.MapPost("/v1/traces", async (HttpRequest request) => receiver.TakeTraces(await BodyAsync(request)));
        app.MapPost("/v1/metrics", async (HttpRequest request) => receiver.TakeMetrics(await BodyAsync(request)));
        await app.StartAsync(TestContext.Current.CancellationToken);
        return receiver;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static async Task<byte[]> BodyAsync(HttpRequest request)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        return body.ToArray();
    }

    /// <summary>ExportTraceServiceRequest.resource_spans = 1; ResourceSpans.resource = 1, .scope_spans = 2; ScopeSpans.spans = 2.</summary>
    private void TakeTraces(byte[] request)
    {
        foreach (var resourceSpans in Members(request, 1))
        {
            var resource = Members(resourceSpans, 1).SelectMany(r => Members(r, 1)).Select(Attribute).ToDictionary(a => a.Name, a => a.Value, StringComparer.Ordinal);
            foreach (var span in Members(resourceSpans, 2).SelectMany(scope => Members(scope, 2)))
            {
                Spans.Enqueue(new(TextOf(span, 5), HexOf(span, 1), HexOf(span, 2), HexOf(span, 4), [.. Members(span, 13).Select(link => HexOf(link, 1))], resource));
            }
        }
    }

    /// <summary>ResourceMetrics.scope_metrics = 2; ScopeMetrics.metrics = 2; Metric.name = 1.</summary>
    private void TakeMetrics(byte[] request)
    {
        foreach (var metric in Members(request, 1).SelectMany(r => Members(r, 2)).SelectMany(scope => Members(scope, 2)))
        {
            Metrics[TextOf(metric, 1)] = true;
        }
    }

    /// <summary>KeyValue.key = 1, .value = 2; AnyValue.string_value = 1.</summary>
    private static (string Name, string Value) Attribute(byte[] pair) => (TextOf(pair, 1), Members(pair, 2).Select(v => TextOf(v, 1)).FirstOrDefault(""));

    private static string TextOf(byte[] message, int field) => Members(message, field).Select(Encoding.UTF8.GetString).FirstOrDefault("");

    private static string HexOf(byte[] message, int field) => Members(message, field).Select(Convert.ToHexStringLower).FirstOrDefault("");

    /// <summary>The values of a field that is text, bytes or a message.</summary>
    private static List<byte[]> Members(byte[] message, int field)
    {
        var input = new CodedInputStream(message);
        var found = new List<byte[]>();
        while (input.ReadTag() is not 0 and var tag)
        {
            if (WireFormat.GetTagFieldNumber(tag) == field && WireFormat.GetTagWireType(tag) == WireFormat.WireType.LengthDelimited)
            {
                found.Add(input.ReadBytes().ToByteArray());
            }
            else
            {
                input.SkipLastField();
            }
        }

        return found;
    }
}
