using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Strata.Webhooks.Tests;

/// <summary>Somebody's server that takes webhooks: checks signatures, answers what a test wants, and tells what came.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    public const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private readonly WebApplication _app;
    private readonly Channel<Delivery> _came = Channel.CreateUnbounded<Delivery>();

    private Receiver(WebApplication app) => _app = app;

    public Uri Url => new($"{_app.Urls.First()}/hook");

    /// <summary>What it answers next; afterwards 204.</summary>
    public ConcurrentQueue<HttpStatusCode> Answers { get; } = [];

    /// <summary>While set, all that comes gets this.</summary>
    public HttpStatusCode? Always { get; set; }

    public static async Task<Receiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var receiver = new Receiver(app);
        app.MapPost("/hook", receiver.TakeAsync);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return receiver;
    }

    public async Task<Delivery> NextAsync() => await _came.Reader.ReadAsync(TestContext.Current.CancellationToken);

    public async Task<IReadOnlyList<Delivery>> NextAsync(int count)
    {
        var deliveries = new List<Delivery>();
        while (deliveries.Count < count)
        {
            deliveries.Add(await NextAsync());
        }

        return deliveries;
    }

    /// <summary>What came and nobody looked at.</summary>
    public bool IsQuiet => !_came.Reader.TryPeek(out _);

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task<IResult> TakeAsync(HttpRequest request)
    {
        using var reader = new StreamReader(request.Body);
        var body = await reader.ReadToEndAsync();
        var answer = Always ?? (Answers.TryDequeue(out var next) ? next : HttpStatusCode.NoContent);
        await _came.Writer.WriteAsync(new(
            request.Headers["webhook-id"].ToString(),
            request.Headers["webhook-timestamp"].ToString(),
            request.Headers["webhook-signature"].ToString(),
            body,
            answer));
        return answer == HttpStatusCode.Redirect ? Results.Redirect("/elsewhere") : Results.StatusCode((int)answer);
    }
}

internal sealed record Delivery(string Id, string Timestamp, string Signature, string Body, HttpStatusCode Answer)
{
    public JsonElement Json => JsonElement.Parse(Body);

    public JsonElement Data => Json.GetProperty("data");

    public string Type => Json.GetProperty("type").GetString()!;

    public bool IsSigned =>
        Signature == WebhookSignature.Sign(WebhookSignature.ParseSecret(Receiver.Secret)!.Value.Span, Id, DateTimeOffset.FromUnixTimeSeconds(long.Parse(Timestamp, System.Globalization.CultureInfo.InvariantCulture)), Body);
}
