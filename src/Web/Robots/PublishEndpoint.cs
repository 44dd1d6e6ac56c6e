using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;
using Strata.Contracts;
using Strata.Registrar;

namespace Strata.Web;

/// <summary>A robot's message by HTTP instead of a broker: the same body, the same answer. How a publisher uses it: docs/publishing.md.</summary>
public static class PublishEndpoint
{
    private const string Template = "/api/v1/recordings";

    private const string ContentType = "application/json";

    /// <summary>For whoever came while the log or the store cannot be written.</summary>
    private const string RetrySeconds = "5";

    internal static void MapPublishing(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapPost(Template, (HttpContext context, [FromServices] IPublishRecordings door) => AnswerAsync(context, door))
            .WithSummary("A robot's message that a recording is finished, and its answer");

    private static async Task AnswerAsync(HttpContext context, IPublishRecordings door)
    {
        try
        {
            var answer = await PublishAsync(context, door);
            context.Response.ContentType = ContentType;
            await context.Response.Body.WriteAsync(RobotMessageJson.Serialize(answer), context.RequestAborted);
        }
        catch (OperationException e)
        {
            await RefuseAsync(context, e.Code == UploadErrors.TooLarge ? StatusCodes.Status413PayloadTooLarge : StatusCodes.Status403Forbidden, new(e.Code, e.Message, e.Next));
        }
        catch (BadHttpRequestException e)
        {
            await RefuseAsync(context, e.StatusCode, new(OperationErrors.Invalid, e.Message, null));
        }
        catch (Exception e) when (PublishFaults.IsOutage(e))
        {
            Logger(context).LogWarning("a robot's message is refused until this is over: {Reason}", e.Message);
            context.Response.Headers[HeaderNames.RetryAfter] = RetrySeconds;
            await RefuseAsync(context, StatusCodes.Status503ServiceUnavailable, new(OperationErrors.StorageRefused, e.Message, "send the same message again; it was not answered, and counts once"));
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Logger(context).LogError("a robot's message failed: {Fault}: {Reason}", e.GetType().Name, e.Message);
            Logger(context).LogDebug(e, "Where it failed");
            await RefuseAsync(context, StatusCodes.Status500InternalServerError, new(OperationErrors.Internal, e.Message, "see the server's log; the same message may be sent again"));
        }
    }

    private static async Task<RecordingAnswered> PublishAsync(HttpContext context, IPublishRecordings door)
    {
        var access = context.Features.Get<CallerAccess>() ?? CallerAccess.Unrestricted;
        var asker = Asker.OverHttp(access, context.Request.Headers.UserAgent, $"POST {Template}");
        if (!access.AllowsAnywhere(AccessScope.Register))
        {
            asker.Require(AccessScope.Register, dataset: null);
        }

        var body = await BodyAsync(context);
        var names = RobotMessageReader.ReadPublished(body).Names;
        if (names.Dataset is { } dataset)
        {
            asker.Require(AccessScope.Register, dataset);
        }

        // Whoever asks is told at once: quarantine is for messages whose sender hears nothing.
        if (names.Robot is { } robot)
        {
            asker.AsRobot(robot);
        }

        var sender = new RobotSender(access.Subject, access.Allows(AccessScope.Admin, null));
        return (await door.PublishAsync([new(body, sender)], context.RequestAborted))[0].Answer;
    }

    /// <summary>No more is read than a message may have, and a byte that tells that there is more.</summary>
    private static async Task<ReadOnlyMemory<byte>> BodyAsync(HttpContext context)
    {
        var body = new byte[RobotMessageLimits.MaxMessageBytes + 1];
        var length = context.Request.ContentLength > RobotMessageLimits.MaxMessageBytes ? body.Length : await context.Request.Body.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, context.RequestAborted);
        return length <= RobotMessageLimits.MaxMessageBytes
            ? body.AsMemory(0, length)
            : throw new OperationException(
                UploadErrors.TooLarge, string.Create(CultureInfo.InvariantCulture, $"expected a message of at most {RobotMessageLimits.MaxMessageBytes} bytes, found more"), "the recording itself goes to PUT /recordings/SHA256; the message only names it");
    }

    private static Task RefuseAsync(HttpContext context, int status, OperationError error)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(error, ApiJson.Default.OperationError, contentType: null, context.RequestAborted);
    }

    private static ILogger Logger(HttpContext context) => context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(PublishEndpoint));
}
