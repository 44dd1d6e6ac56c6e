using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Strata.Catalog.Tokens;
using Strata.Recordings;
using Strata.Registrar;

namespace Strata.Catalog.Uploads;

/// <summary>Where a client sends what it was granted to send: its ticket is all that it shows. Source: catalog-protocol §1.3, §11.6.</summary>
internal static class StagingEndpoint
{
    private const string Path = "/upload/";

    private const string AskAgain = "ask for another grant (GetWriteAccessGrant) and send the file again";

    public static string PathOf(string ticket) => Path + ticket;

    public static void MapStaging(this IEndpointRouteBuilder endpoints) => endpoints.MapPut(
        Path + "{ticket}",
        (HttpContext context, string ticket, UploadTickets tickets, IStagedRecordings staged, ILogger<RerunCloudService> logger) => AnswerAsync(context, ticket, tickets, staged, logger)).AllowAnonymous();

    private static async Task AnswerAsync(HttpContext context, string text, UploadTickets tickets, IStagedRecordings staged, ILogger logger)
    {
        if (tickets.Read(text, out var isExpired) is not { } ticket)
        {
            await RefuseAsync(context, StatusCodes.Status403Forbidden, "permission_denied", "this ticket was not issued here", AskAgain);
            return;
        }

        if (isExpired)
        {
            await RefuseAsync(
                context, StatusCodes.Status403Forbidden, "permission_denied", string.Create(CultureInfo.InvariantCulture, $"the write access grant expired at {ticket.ExpiresAt:yyyy-MM-dd HH:mm:ss}Z"), AskAgain);
        }
        else if (await staged.IsTakenAsync(ticket.Key, context.RequestAborted))
        {
            await RefuseAsync(context, StatusCodes.Status412PreconditionFailed, "already_exists", $"something was sent under the key '{ticket.Key}' before; it stays", "choose another key");
        }
        else if (ticket.SizeBytes is { } size && context.Request.ContentLength is { } sent && sent != size)
        {
            await RefuseAsync(
                context, StatusCodes.Status400BadRequest, "invalid", string.Create(CultureInfo.InvariantCulture, $"expected the {size} bytes that the grant is for, found a content-length of {sent}"), AskAgain);
        }
        else
        {
            await ReceiveAsync(context, ticket, staged, logger);
        }
    }

    private static async Task ReceiveAsync(HttpContext context, UploadTicket ticket, IStagedRecordings staged, ILogger logger)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { } limit)
        {
            // The store has a limit of its own, and words for it.
            limit.MaxRequestBodySize = null;
        }

        try
        {
            if (!await staged.ReceiveAsync(new(ticket.Key, ticket.SizeBytes ?? context.Request.ContentLength, ticket.Owner), context.Request.Body, context.RequestAborted))
            {
                await RefuseAsync(context, StatusCodes.Status412PreconditionFailed, "already_exists", $"somebody else was faster with the key '{ticket.Key}'; what they sent stays", "choose another key");
            }
        }
        catch (UploadRefusedException e)
        {
            var status = e.Fault switch
            {
                UploadFault.TooLarge => StatusCodes.Status413PayloadTooLarge,
                UploadFault.NoRoom => StatusCodes.Status507InsufficientStorage,
                _ => StatusCodes.Status400BadRequest,
            };
            await RefuseAsync(context, status, "refused", e.Message, e.Next);
        }
        catch (UploadCutException e)
        {
            logger.LogDebug("the upload of '{Key}': {Reason}", ticket.Key, e.Message);
            if (!context.RequestAborted.IsCancellationRequested)
            {
                await RefuseAsync(context, (e.InnerException as BadHttpRequestException)?.StatusCode ?? StatusCodes.Status400BadRequest, "cut", e.Message, "send the file again");
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            logger.LogError("the upload of '{Key}' failed: {Reason}", ticket.Key, e.Message);
            await RefuseAsync(context, StatusCodes.Status503ServiceUnavailable, "storage_refused", e.Message, UploadFaults.NextOf(e));
        }
    }

    private static Task RefuseAsync(HttpContext context, int status, string code, string message, string next)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(new Refused(code, message, next), RefusedJson.Default.Refused, contentType: null, context.RequestAborted);
    }
}
