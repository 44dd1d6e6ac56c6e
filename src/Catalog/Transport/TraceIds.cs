using System.Diagnostics;
using Microsoft.AspNetCore.Builder;

namespace Strata.Catalog.Transport;

/// <summary>A trace id on every answer, which clients show in their errors and which the log names. Source: catalog-protocol §1.8.</summary>
internal static class TraceIds
{
    /// <summary>32 hexadecimal digits, lower case.</summary>
    public const string Header = "x-request-trace-id";

    public static void UseTraceIds(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        var id = (Activity.Current?.TraceId ?? ActivityTraceId.CreateRandom()).ToHexString();
        context.TraceIdentifier = id;
        context.Response.Headers[Header] = id;
        return next(context);
    });
}
