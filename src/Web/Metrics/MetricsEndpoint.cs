using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Strata.Contracts;

namespace Strata.Web;

/// <summary><c>GET /metrics</c> for Prometheus. It tells of all datasets, so where tokens are needed it is for those who may read all of them.</summary>
public static class MetricsEndpoint
{
    public const string Path = "/metrics";

    public static void MapStrataMetrics(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        endpoints.MapGet(Path, (HttpContext context, [FromServices] ProcessMetrics metrics) =>
        {
            var access = context.Features.Get<CallerAccess>() ?? CallerAccess.Unrestricted;
            return access.Allows(AccessScope.Read, null)
                ? Results.Text(PrometheusText.Write(metrics), PrometheusText.ContentType)
                : Results.Json(
                    new OperationError(OperationErrors.Forbidden, access.Refusal($"GET {Path}", AccessScope.Read, null), null), ApiJson.Default.OperationError, statusCode: StatusCodes.Status403Forbidden);
        }).WithSummary("Measurements of this process, in Prometheus' text format");
    }
}
