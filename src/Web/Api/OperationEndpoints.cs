using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Strata.Contracts;

namespace Strata.Web;

/// <summary>Every operation as a minimal API: an ordinary JSON answer, or (<c>Accept: application/x-ndjson</c>) progress line by line and then the result.</summary>
public static class OperationEndpoints
{
    public const string StreamedContentType = "application/x-ndjson";

    public static void MapStrataApi(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        endpoints.MapGet("/", (EndpointDataSource operations) => Results.Text(Listing(operations)));
        endpoints.MapOperation(CreateDatasetOperation.Route);
        endpoints.MapOperation(RenameDatasetOperation.Route);
        endpoints.MapOperation(DeleteDatasetOperation.Route);
        endpoints.MapOperation(PinDatasetOperation.Route);
        endpoints.MapOperation(RetainDatasetOperation.Route);
        endpoints.MapOperation(UsageOperation.Route);
        endpoints.MapOperation(CollectOperation.Route);
        endpoints.MapOperation(ListDatasetsOperation.Route);
        endpoints.MapOperation(ReadDatasetOperation.Route);
        endpoints.MapOperation(RegisterOperation.Route);
        endpoints.MapOperation(ListSegmentsOperation.Route);
        endpoints.MapOperation(ReadManifestOperation.Route);
        endpoints.MapOperation(ReadSchemaOperation.Route);
        endpoints.MapOperation(WhyOperation.Route);
        endpoints.MapOperation(HistoryOperation.Route);
        endpoints.MapOperation(RebuildOperation.Route);
        endpoints.MapOperation(ListProjectionsOperation.Route);
        endpoints.MapOperation(ResumeProjectionsOperation.Route);
        endpoints.MapOperation(DropOldGenerationsOperation.Route);
        endpoints.MapOperation(VerifyOperation.Route);
        endpoints.MapOperation(ListQuarantineOperation.Route);
        endpoints.MapOperation(ShowQuarantinedOperation.Route);
        endpoints.MapOperation(ReleaseQuarantinedOperation.Route);
        endpoints.MapOperation(DiscardQuarantinedOperation.Route);
        endpoints.MapOperation(UnregisterOperation.Route);
        endpoints.MapOperation(TagSegmentOperation.Route);
        endpoints.MapOperation(PurgeOperation.Route);
        endpoints.MapOperation(ListUnfinishedPurgesOperation.Route);
        endpoints.MapOperation(ListRulesOperation.Route);
        endpoints.MapOperation(ListDeriversOperation.Route);
        endpoints.MapOperation(DeclareRuleOperation.Route);
        endpoints.MapOperation(SuggestRulesOperation.Route);
        endpoints.MapOperation(TestRuleOperation.Route);
        endpoints.MapOperation(ResumeRuleOperation.Route);
        endpoints.MapOperation(ShowRuleOperation.Route);
        endpoints.MapOperation(RetireRuleOperation.Route);
        endpoints.MapOperation(SuppressRuleOperation.Route);
        endpoints.MapOperation(AdoptLayerOperation.Route);
        endpoints.MapOperation(ApplyRulesOperation.Route);
        endpoints.MapOperation(ListDerivationsOperation.Route);
        endpoints.MapOperation(StartBackfillOperation.Route);
        endpoints.MapOperation(ListBackfillsOperation.Route);
        endpoints.MapOperation(ShowBackfillOperation.Route);
        endpoints.MapOperation(SteerBackfillOperation.Route);
        endpoints.MapOperation(ReadFleetOperation.Route);
        endpoints.MapOperation(SendHeartbeatOperation.Route);
        endpoints.MapOperation(ListWebhooksOperation.Route);
        endpoints.MapOperation(QueryOperation.Route);
        endpoints.MapDataframes();
        endpoints.MapLog();
        endpoints.MapUploads();
        endpoints.MapPublishing();
    }

    private static void MapOperation<TRequest, TResponse>(this IEndpointRouteBuilder endpoints, OperationRoute<TRequest, TResponse> route) =>
        endpoints.MapMethods(route.Template, [route.Method.Method], (RequestDelegate)(context => AnswerAsync(context, route))).WithSummary(route.Summary);

    /// <summary>For whoever opens the address in a browser: what can be asked here.</summary>
    private static string Listing(EndpointDataSource operations) => "Strata\n\n" + string.Join(
        '\n',
        from endpoint in operations.Endpoints.OfType<RouteEndpoint>()
        let summary = endpoint.Metadata.GetMetadata<IEndpointSummaryMetadata>()?.Summary
        where summary is not null
        select $"{endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods[0],-5} {endpoint.RoutePattern.RawText,-46} {summary}") + "\n";

    private static Task AnswerAsync<TRequest, TResponse>(HttpContext context, OperationRoute<TRequest, TResponse> route) =>
        context.Request.Headers.Accept.Any(accept => accept?.Contains(StreamedContentType, StringComparison.OrdinalIgnoreCase) == true)
            ? StreamAsync(context, route)
            : AnswerOnceAsync(context, route);

    private static async Task AnswerOnceAsync<TRequest, TResponse>(HttpContext context, OperationRoute<TRequest, TResponse> route)
    {
        try
        {
            var response = await RunAsync(context, route, new Unheard());
            await context.Response.WriteAsJsonAsync(response, route.Response, contentType: null, context.RequestAborted);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            var error = ErrorOf(context, e);
            context.Response.StatusCode = StatusOf(error.Code);
            await context.Response.WriteAsJsonAsync(error, ApiJson.Default.OperationError, contentType: null, context.RequestAborted);
        }
    }

    private static async Task StreamAsync<TRequest, TResponse>(HttpContext context, OperationRoute<TRequest, TResponse> route)
    {
        context.Response.ContentType = StreamedContentType;
        await using var lines = new OperationLineWriter(context.Response.Body);
        try
        {
            var response = await RunAsync(context, route, lines);
            await lines.FinishAsync(new OperationLine(null, JsonSerializer.SerializeToElement(response, route.Response), null), context.RequestAborted);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            await lines.FinishAsync(new OperationLine(null, null, ErrorOf(context, e)), context.RequestAborted);
        }
    }

    private static async Task<TResponse> RunAsync<TRequest, TResponse>(
        HttpContext context, OperationRoute<TRequest, TResponse> route, IProgress<OperationProgress> progress)
    {
        var asker = AskerOf(context, route);
        var request = await RequestParts.JoinAsync(route, context.Request, context.RequestAborted);
        return await new LocalOperations(context.RequestServices, asker).RunAsync(route, request, progress, context.RequestAborted);
    }

    /// <exception cref="OperationException">The token has not what the route needs.</exception>
    internal static Asker AskerOf<TRequest, TResponse>(HttpContext context, OperationRoute<TRequest, TResponse> route)
    {
        var access = context.Features.Get<CallerAccess>() ?? CallerAccess.Unrestricted;
        var asker = Asker.OverHttp(access, context.Request.Headers.UserAgent, $"{route.Method} {route.Template}");
        var dataset = DatasetOf(context, route.Needs);
        var asksItself = route.AsksItself || (route.TakesIds && dataset is not null && EntryIdText.TryRead(dataset) is not null);
        if (!asksItself || !access.AllowsAnywhere(route.Needs))
        {
            asker.Require(route.Needs, dataset);
        }

        return asker;
    }

    /// <summary>To read a moment wants the right to its dataset; a name that only looks like one is found out by the operation, which asks for its own.</summary>
    private static string? DatasetOf(HttpContext context, AccessScope needs) => context.Request.RouteValues["dataset"]?.ToString() is { } name
        ? (needs == AccessScope.Read ? MomentName.TryParse(name)?.Dataset : null) ?? name
        : null;

    internal static OperationError ErrorOf(HttpContext context, Exception exception)
    {
        if (exception is OperationException refused)
        {
            return new(refused.Code, refused.Message, refused.Next);
        }

        var logger = context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(OperationEndpoints));
        logger.LogError("{Method} {Path} failed: {Fault}: {Reason}", context.Request.Method, context.Request.Path, exception.GetType().Name, exception.Message);
        logger.LogDebug(exception, "Where {Path} failed", context.Request.Path);
        return new(OperationErrors.Internal, exception.Message, "see the server's log");
    }

    internal static int StatusOf(string code) => code switch
    {
        OperationErrors.NotFound => StatusCodes.Status404NotFound,
        OperationErrors.Invalid => StatusCodes.Status400BadRequest,
        OperationErrors.Conflict or OperationErrors.FailedPrecondition => StatusCodes.Status409Conflict,
        OperationErrors.Forbidden => StatusCodes.Status403Forbidden,
        OperationErrors.Parked or OperationErrors.StorageRefused => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status500InternalServerError,
    };

    private sealed class Unheard : IProgress<OperationProgress>
    {
        public void Report(OperationProgress value)
        {
            // Who asked for one answer gets no progress.
        }
    }
}
