using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Strata.Contracts;
using Strata.EventStore;

namespace Strata.Web;

/// <summary>The log over HTTP. It tells of all datasets, so it is for those who may read all of them.</summary>
public static class LogEndpoints
{
    public const string Export = "/api/v1/log/export";
    public const string Events = "/api/v1/log/events";

    /// <summary>Query members of <see cref="Events"/>.</summary>
    public const string From = "from";

    /// <inheritdoc cref="From"/>
    public const string Follow = "follow";

    /// <summary>
    /// How a last line begins that says why the stream ends before its time: an <see cref="OperationLine"/>, where a <see cref="LogLine"/> or a line of an exported log begins
    /// otherwise. An export that ends so is taken by no import: its own last line is missing.
    /// </summary>
    public const string EndStart = "{\"progress\":";

    internal static void MapLog(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet(Export, (HttpContext context, [FromServices] ILogStreams log) => AnswerAsync(context, (to, cancelled) => log.ExportAsync(to, cancelled)))
            .WithSummary("The whole log with its blobs, as 'strata log export' writes it");
        endpoints.MapGet(Events, (HttpContext context, [FromServices] ILogStreams log, [FromServices] IHostApplicationLifetime lifetime, long? from, bool? follow) =>
                AnswerAsync(
                    context,
                    (to, cancelled) => log.FollowAsync(Math.Max(from ?? 0, 0), follow ?? false, to, cancelled),
                    follow == true ? lifetime.ApplicationStopping : CancellationToken.None))
            .WithSummary("Events, one a line; follow=true: until you hang up");
    }

    /// <param name="stopping">Breaks the answer off: a server that stops does not wait for those who would never end.</param>
    private static async Task AnswerAsync(HttpContext context, Func<Stream, CancellationToken, Task> write, CancellationToken stopping = default)
    {
        try
        {
            Asker.OverHttp(context.Features.Get<CallerAccess>() ?? CallerAccess.Unrestricted, context.Request.Headers.UserAgent, context.Request.Path).Require(AccessScope.Read, null);
        }
        catch (OperationException refused)
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            await context.Response.WriteAsJsonAsync(new OperationError(refused.Code, refused.Message, refused.Next), ApiJson.Default.OperationError, contentType: null, context.RequestAborted);
            return;
        }

        context.Response.ContentType = OperationEndpoints.StreamedContentType;
        await context.Response.StartAsync(context.RequestAborted);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        try
        {
            await write(context.Response.Body, ended.Token);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Who follows hangs up when it has seen enough.
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Perhaps in the midst of a line: a whole end would say that it is whole.
            context.Abort();
        }
        catch (Exception e) when (Told(e) is not null)
        {
            await TellAsync(context, Told(e)!);
        }
        catch (LogStorageException e)
        {
            // The answer has begun, so only its breaking off can say that it is not whole. Who follows asks again from the last line.
            context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(LogEndpoints)).LogWarning("GET {Path} was broken off: {Reason}", context.Request.Path, e.Message);
            context.Abort();
        }
    }
    /// <summary>What asking again does not mend; lines that came are whole.</summary>
    private static OperationException? Told(Exception fault) => fault as OperationException ?? (fault is LogDamagedException ? OperationFaults.TryTranslate(fault, nextIfLost: null) : null);

    private static async Task TellAsync(HttpContext context, OperationException told)
    {
        await JsonSerializer.SerializeAsync(
            context.Response.Body, new OperationLine(null, null, new OperationError(told.Code, told.Message, told.Next)), ApiJson.Default.OperationLine, context.RequestAborted);
        await context.Response.Body.WriteAsync("\n"u8.ToArray(), context.RequestAborted);
    }
}
