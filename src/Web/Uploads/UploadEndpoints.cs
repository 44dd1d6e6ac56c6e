using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;
using Strata.Contracts;
using Strata.Recordings;
using Strata.Registrar;

namespace Strata.Web;

/// <summary>Files over HTTP into the recording store, each under its SHA-256. How a publisher uses it: docs/uploads.md.</summary>
public static class UploadEndpoints
{
    /// <summary>On answers: from which byte on an upload that is not whole goes on.</summary>
    public const string OffsetHeader = "Upload-Offset";

    private const string Template = "/recordings/{sha256}";

    /// <summary>For whoever met another request at the same part.</summary>
    private const string RetrySeconds = "1";

    internal static void MapUploads(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapMethods(Template, [HttpMethods.Head], (HttpContext context, string sha256, [FromServices] IRecordingUploads uploads) => AnswerAsync(context, sha256, hash => LookAsync(context, hash, uploads)))
            .WithSummary("Whether a file is there whole, else how far its upload is");
        endpoints.MapPut(Template, (HttpContext context, string sha256, [FromServices] IRecordingUploads uploads) => AnswerAsync(context, sha256, hash => ReceiveAsync(context, hash, uploads)))
            .WithSummary("Uploads a file, or goes on with it (Content-Range)");
    }

    private static async Task LookAsync(HttpContext context, Sha256Digest sha256, IRecordingUploads uploads)
    {
        if (await uploads.FindAsync(sha256, context.RequestAborted) is { } file)
        {
            context.Response.Headers.ETag = $"\"{sha256}\"";
            context.Response.ContentLength = file.SizeBytes;
        }
        else
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            TellOffset(context, uploads.ReceivedOf(sha256));
        }
    }

    private static async Task ReceiveAsync(HttpContext context, Sha256Digest sha256, IRecordingUploads uploads)
    {
        var part = ContentRange.PartOf(context.Request);
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { } limit)
        {
            // The store has a limit of its own, and words for it.
            limit.MaxRequestBodySize = null;
        }

        var receipt = await uploads.ReceiveAsync(sha256, part, context.Request.Body, context.RequestAborted);
        if (receipt.Outcome == UploadOutcome.Partial)
        {
            TellOffset(context, receipt.SizeBytes);
        }

        context.Response.StatusCode = receipt.Outcome switch
        {
            UploadOutcome.New => StatusCodes.Status201Created,
            UploadOutcome.Partial => StatusCodes.Status202Accepted,
            _ => StatusCodes.Status200OK,
        };
        await context.Response.WriteAsJsonAsync(UploadAnswer.Of(receipt), UploadJson.Default.UploadAnswer, contentType: null, context.RequestAborted);
    }

    /// <summary>Of no dataset yet: whoever may register into one may bring its bytes.</summary>
    private static async Task AnswerAsync(HttpContext context, string sha256, Func<Sha256Digest, Task> answer)
    {
        try
        {
            var access = context.Features.Get<CallerAccess>() ?? CallerAccess.Unrestricted;
            if (!access.AllowsAnywhere(AccessScope.Register))
            {
                throw new OperationException(OperationErrors.Forbidden, access.Refusal($"{context.Request.Method} {Template}", AccessScope.Register, dataset: null), null);
            }

            await answer(HashOf(sha256));
        }
        catch (OperationException e)
        {
            var status = e.Code == OperationErrors.Forbidden ? StatusCodes.Status403Forbidden : StatusCodes.Status400BadRequest;
            await RefuseAsync(context, status, e.Code, e.Message, e.Next);
        }
        catch (UploadRefusedException e)
        {
            await RefuseAsync(context, e, Sha256Digest.Parse(sha256));
        }
        catch (UploadCutException e) when (!context.RequestAborted.IsCancellationRequested)
        {
            TellOffset(context, Uploads(context).ReceivedOf(Sha256Digest.Parse(sha256)));
            var status = (e.InnerException as BadHttpRequestException)?.StatusCode ?? StatusCodes.Status400BadRequest;
            await RefuseAsync(context, status, UploadErrors.Cut, e.Message, $"go on from the byte that the header {OffsetHeader} names");
        }
        catch (UploadCutException e)
        {
            Logger(context).LogDebug("{Path}: {Reason}", context.Request.Path, e.Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Logger(context).LogError("{Method} {Path} failed: {Reason}", context.Request.Method, context.Request.Path, e.Message);
            await RefuseAsync(context, StatusCodes.Status503ServiceUnavailable, OperationErrors.StorageRefused, e.Message, UploadFaults.NextOf(e));
        }
    }

    private static Sha256Digest HashOf(string text)
    {
        try
        {
            return Sha256Digest.Parse(text);
        }
        catch (FormatException e)
        {
            throw new OperationException(OperationErrors.Invalid, e.Message, "name the file by the SHA-256 of its bytes, as sha256sum prints it");
        }
    }

    private static Task RefuseAsync(HttpContext context, UploadRefusedException refused, Sha256Digest sha256)
    {
        var (status, code) = refused.Fault switch
        {
            UploadFault.OtherBytes => (StatusCodes.Status422UnprocessableEntity, UploadErrors.OtherBytes),
            UploadFault.TooLarge => (StatusCodes.Status413PayloadTooLarge, UploadErrors.TooLarge),
            UploadFault.NoRoom => (StatusCodes.Status507InsufficientStorage, UploadErrors.NoRoom),
            UploadFault.UnderWay => (StatusCodes.Status409Conflict, UploadErrors.UnderWay),
            _ => (StatusCodes.Status409Conflict, UploadErrors.Gap),
        };
        if (status == StatusCodes.Status409Conflict)
        {
            TellOffset(context, Uploads(context).ReceivedOf(sha256));
        }

        if (refused.Fault == UploadFault.UnderWay)
        {
            context.Response.Headers[HeaderNames.RetryAfter] = RetrySeconds;
        }

        return RefuseAsync(context, status, code, refused.Message, refused.Next);
    }

    private static Task RefuseAsync(HttpContext context, int status, string code, string message, string? next)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(new(code, message, next), ApiJson.Default.OperationError, contentType: null, context.RequestAborted);
    }

    private static void TellOffset(HttpContext context, long offset) => context.Response.Headers[OffsetHeader] = offset.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static IRecordingUploads Uploads(HttpContext context) => context.RequestServices.GetRequiredService<IRecordingUploads>();

    private static ILogger Logger(HttpContext context) => context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(UploadEndpoints));
}
