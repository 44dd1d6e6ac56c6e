using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Strata.Web;

/// <summary>A request record as path, query and body, and back: both ends of HTTP use these two methods, so they cannot disagree.</summary>
public static class RequestParts
{
    /// <returns>The relative URL, and the body for a POST.</returns>
    public static (string Url, JsonObject? Body) Split<TRequest, TResponse>(OperationRoute<TRequest, TResponse> route, TRequest request)
    {
        ArgumentNullException.ThrowIfNull(route);
        var members = JsonSerializer.SerializeToNode(request, route.Request)!.AsObject();
        var url = new StringBuilder();
        foreach (var part in route.Template.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            url.Append('/');
            if (part is ['{', .. var name, '}'])
            {
                url.Append(Uri.EscapeDataString(members[name]!.GetValue<string>()));
                members.Remove(name);
            }
            else
            {
                url.Append(part);
            }
        }

        if (route.Method != HttpMethod.Get)
        {
            return (url.ToString(), members);
        }

        var separator = '?';
        foreach (var (name, value) in members)
        {
            foreach (var item in value is JsonArray items ? items.AsEnumerable() : [value])
            {
                if (item is not null)
                {
                    url.Append(separator).Append(name).Append('=').Append(Uri.EscapeDataString(item.ToString()));
                    separator = '&';
                }
            }
        }

        return (url.ToString(), null);
    }

    /// <exception cref="OperationException">A member is missing, unknown or of another type.</exception>
    public static async Task<TRequest> JoinAsync<TRequest, TResponse>(OperationRoute<TRequest, TResponse> route, HttpRequest http, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(route);
        ArgumentNullException.ThrowIfNull(http);
        try
        {
            var members = route.Method == HttpMethod.Get ? FromQuery(route.Request, http.Query) : await FromBodyAsync(http, cancellationToken);
            foreach (var (name, value) in http.RouteValues)
            {
                members[name] = PathNames.Value(http, route.Template, name, value?.ToString());
            }

            return members.Deserialize(route.Request) ?? throw Refused("a JSON object", "null");
        }
        catch (JsonException e)
        {
            throw Refused("the members of the request", e.Message);
        }
    }

    private static async Task<JsonObject> FromBodyAsync(HttpRequest http, CancellationToken cancellationToken)
    {
        // A body that comes in chunks has no length.
        if (http.ContentLength is 0 || (http.ContentLength is null && http.HttpContext.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody is not true))
        {
            return [];
        }

        return await JsonNode.ParseAsync(http.Body, cancellationToken: cancellationToken) as JsonObject ?? throw Refused("a JSON object as body", "another JSON value");
    }

    private static JsonObject FromQuery(JsonTypeInfo type, IQueryCollection query)
    {
        var members = new JsonObject();
        foreach (var (name, values) in query)
        {
            var property = type.Properties.FirstOrDefault(p => string.Equals(p.Name, name, StringComparison.Ordinal))
                ?? throw Refused($"one of the parameters {string.Join(", ", type.Properties.Select(p => p.Name))}", $"'{name}'");
            if (property.PropertyType == typeof(bool))
            {
                members[name] = bool.TryParse(values.ToString(), out var flag) ? flag : throw Refused($"{name}=true or false", $"'{values}'");
            }
            else if (property.PropertyType != typeof(string) && typeof(System.Collections.IEnumerable).IsAssignableFrom(property.PropertyType))
            {
                members[name] = new JsonArray([.. values.Select(v => (JsonNode?)v)]);
            }
            else
            {
                members[name] = values.ToString();
            }
        }

        return members;
    }

    private static OperationException Refused(string expected, string found) => new(OperationErrors.Invalid, $"expected {expected}, found {found}", null);
}
