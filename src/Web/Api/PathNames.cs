using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Strata.Web;

/// <summary>Names in a path, such as that of the robot <c>cell-1/arm-7</c>, as they were sent.</summary>
internal static class PathNames
{
    private const string EscapedSlash = "%2F";

    /// <summary>The server takes every escape of a path apart but that of the slash; so where a value has one, it is looked up in what came over the wire.</summary>
    /// <param name="template">Of the route, as <c>/api/v1/fleet/{robot}/heartbeat</c>.</param>
    /// <param name="value">As the server has it.</param>
    public static string? Value(HttpRequest http, string template, string name, string? value)
    {
        if (value?.Contains(EscapedSlash, StringComparison.OrdinalIgnoreCase) is not true || http.HttpContext.Features.Get<IHttpRequestFeature>()?.RawTarget is not { Length: > 0 } target)
        {
            return value;
        }

        // From the end, since a proxy may put the address of the server before the path.
        var sent = target.Split('?')[0].Split('/');
        var fromEnd = template.Split('/').Reverse().TakeWhile(part => part != $"{{{name}}}").Count() + 1;
        if (fromEnd > sent.Length)
        {
            return value;
        }

        // Another part than the one that the server took for the name (a path with dots) is none.
        var part = sent[^fromEnd];
        var asTheServer = Uri.UnescapeDataString(part.Replace(EscapedSlash, "%252F", StringComparison.Ordinal).Replace("%2f", "%252f", StringComparison.Ordinal));
        return asTheServer == value ? Uri.UnescapeDataString(part) : value;
    }
}
