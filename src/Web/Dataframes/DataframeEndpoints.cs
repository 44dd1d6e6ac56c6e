using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Strata.Web;

/// <summary>The rows of a query over HTTP, with the members of <see cref="QueryRequest"/> in the URL.</summary>
public static class DataframeEndpoints
{
    public const string ContentType = "application/vnd.apache.arrow.stream";

    /// <summary>Takes what <see cref="QueryOperation"/> takes; its answer is no JSON.</summary>
    public static OperationRoute<QueryRequest, QueryPlan> Route { get; } = QueryOperation.Route with
    {
        Template = "/api/v1/datasets/{dataset}/rows",
        Summary = "The rows of a query, as an Arrow IPC stream",
    };

    internal static void MapDataframes(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapGet(Route.Template, (HttpContext context, [FromServices] DatasetQueries queries) => AnswerAsync(context, queries)).WithSummary(Route.Summary);

    private static async Task AnswerAsync(HttpContext context, DatasetQueries queries)
    {
        try
        {
            var asker = OperationEndpoints.AskerOf(context, Route);
            var request = await RequestParts.JoinAsync(Route, context.Request, context.RequestAborted);
            context.Response.ContentType = ContentType;
            await new DataframeStreams(queries, asker).WriteAsync(request, context.Response.Body, context.RequestAborted);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Who has seen enough hangs up.
        }
        catch (Exception e)
        {
            var error = OperationEndpoints.ErrorOf(context, e);
            if (context.Response.HasStarted)
            {
                // Without its end marker nobody takes the stream for a whole one; the asker is told to look here for the reason.
                context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(DataframeEndpoints))
                    .LogWarning("{Path} was broken off: {Reason}", context.Request.Path, error.Message);
                context.Abort();
                return;
            }

            context.Response.StatusCode = OperationEndpoints.StatusOf(error.Code);
            await context.Response.WriteAsJsonAsync(error, ApiJson.Default.OperationError, contentType: null, context.RequestAborted);
        }
    }
}
