using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Strata.Contracts;

namespace Strata.Publishing.Tests;

/// <summary>The server's door for files over a real port: keeps what arrived of each, and does what a test tells it to.</summary>
internal sealed class UploadServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, byte[]> _parts = new();
    private readonly ConcurrentDictionary<string, byte[]> _whole = new();

    private UploadServer(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.Single() + "/");

    public IDictionary<string, byte[]> Whole => _whole;

    /// <summary>Method and range of each request, in order.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>Given to each request before it is served; true: it was answered.</summary>
    public Func<HttpContext, bool>? Answer { get; set; }

    /// <summary>The connection breaks once when so many bytes of a body are there.</summary>
    public int? BreakAfter { get; set; }

    /// <summary>Is called once with that number of bytes.</summary>
    public Action? AtBreak { get; set; }

    public static async Task<UploadServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0").ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = null);
        var server = new UploadServer(builder.Build());
        server._app.Map("/recordings/{sha256}", server.ServeAsync);
        server._app.MapPost("/api/v1/recordings", server.AnswerAsync);
        server._app.MapPost("/api/v1/fleet/{robot}/heartbeat", server.HearAsync);
        await server._app.StartAsync(TestContext.Current.CancellationToken);
        return server;
    }

    /// <summary>The ids of the messages that came, in order.</summary>
    public ConcurrentQueue<string> MessageIds { get; } = new();

    /// <summary>Bodies of heartbeats, with the robot of their address.</summary>
    public ConcurrentQueue<(string Robot, JsonElement Body)> Heartbeats { get; } = new();

    public void Forget(string sha256) => _whole.TryRemove(sha256, out _);

    public void HasPart(string sha256, byte[] part) => _parts[sha256] = part;

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    /// <summary>Accepts each message, each time that it comes.</summary>
    private async Task AnswerAsync(HttpContext context)
    {
        Requests.Enqueue("POST");
        if (Answer is { } answer && answer(context))
        {
            return;
        }

        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var message = RobotMessageReader.ReadPublished(body.ToArray()).Message!;
        MessageIds.Enqueue(message.MessageId);
        await context.Response.Body.WriteAsync(RobotMessageJson.Serialize(new RecordingAnswered(message.MessageId, message.Robot, message.Dataset, message.Layer, RecordingOutcomes.Accepted, "episode", 7, null, null)));
    }

    private async Task HearAsync(HttpContext context, string robot)
    {
        using var body = await JsonDocument.ParseAsync(context.Request.Body);
        Heartbeats.Enqueue((robot, body.RootElement.Clone()));
    }

    private async Task ServeAsync(HttpContext context)
    {
        var sha256 = (string)context.Request.RouteValues["sha256"]!;
        Requests.Enqueue($"{context.Request.Method} {context.Request.Headers.ContentRange}".TrimEnd());
        if (Answer is { } answer && answer(context))
        {
            return;
        }

        if (context.Request.Method == "HEAD")
        {
            Head(context, sha256);
            return;
        }

        var have = _parts.GetValueOrDefault(sha256, []);
        var (from, total) = Range(context.Request);
        if (from != have.Length)
        {
            context.Response.StatusCode = StatusCodes.Status409Conflict;
            context.Response.Headers[HttpUpload.OffsetHeader] = $"{have.Length}";
            return;
        }

        await ReceiveAsync(context, sha256, total);
    }

    private async Task ReceiveAsync(HttpContext context, string sha256, long total)
    {
        var body = new byte[4096];
        using var kept = new MemoryStream();
        kept.Write(_parts.GetValueOrDefault(sha256, []));
        for (var received = 0; await context.Request.Body.ReadAsync(body, context.RequestAborted) is > 0 and var read;)
        {
            kept.Write(body, 0, read);
            _parts[sha256] = kept.ToArray();
            received += read;
            if (received >= BreakAfter)
            {
                BreakAfter = null;
                AtBreak?.Invoke();
                context.Abort();
                return;
            }
        }

        if (Convert.ToHexStringLower(SHA256.HashData(kept.ToArray())) != sha256 || kept.Length != total)
        {
            _parts.TryRemove(sha256, out _);
            context.Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
            await context.Response.WriteAsync("the hash is another one");
            return;
        }

        _whole[sha256] = kept.ToArray();
        context.Response.StatusCode = StatusCodes.Status201Created;
        await context.Response.WriteAsync($$"""{"sha256":"{{sha256}}","sizeBytes":{{kept.Length}},"stored":true}""");
    }

    private void Head(HttpContext context, string sha256)
    {
        if (_whole.TryGetValue(sha256, out var whole))
        {
            context.Response.ContentLength = whole.Length;
            return;
        }

        context.Response.StatusCode = StatusCodes.Status404NotFound;
        if (_parts.TryGetValue(sha256, out var part))
        {
            context.Response.Headers[HttpUpload.OffsetHeader] = $"{part.Length}";
        }
    }

    private static (long From, long Total) Range(HttpRequest request) =>
        request.Headers.ContentRange is [{ } range] && range.Split(' ', '-', '/') is [_, var from, _, var total]
            ? (long.Parse(from, CultureInfo.InvariantCulture), long.Parse(total, CultureInfo.InvariantCulture))
            : (0, request.ContentLength ?? 0);
}
