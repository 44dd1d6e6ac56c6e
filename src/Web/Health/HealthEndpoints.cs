using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Strata.Web;

/// <summary>
/// <c>/alive</c>: the process runs. <c>/health</c>: it does what it is there for (200), or not (503), and why; one line of text, or with <c>Accept: application/json</c> or
/// <c>?details</c> each part. For everybody: a load balancer has no token.
/// </summary>
public static class HealthEndpoints
{
    public const string Alive = "/alive";
    public const string Health = "/health";

    private const string Json = "application/json";
    private const string Details = "details";

    public static void MapStrataHealth(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        endpoints.MapGet(Alive, () => Results.Text("alive")).AllowAnonymous();
        endpoints.MapGet(Health, AnswerAsync).AllowAnonymous();
    }

    private static async Task<IResult> AnswerAsync(HttpContext context, [FromServices] HealthWatch watch)
    {
        var report = await watch.LookAsync(context.RequestAborted);
        var status = report.Serves ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        return WantsDetails(context.Request)
            ? Results.Json(report, HealthJson.Default.HealthReport, statusCode: status)
            : Results.Text(report.ToText(), statusCode: status);
    }

    private static bool WantsDetails(HttpRequest request) =>
        request.Query.ContainsKey(Details) || request.Headers.Accept.Any(accept => accept?.Contains(Json, StringComparison.OrdinalIgnoreCase) == true);
}
