using System.Globalization;

namespace Strata.EndToEnd.Tests.Soak;

internal static class Metrics
{
    /// <returns>The value of the first instrument of that name and with that label among its own; null where there is none or nobody answers.</returns>
    public static async Task<double?> ReadAsync(HttpClient http, Uri server, string name, CancellationToken cancellationToken, string label = "")
    {
        try
        {
            var text = await http.GetStringAsync(new Uri(server, "/metrics"), cancellationToken);
            return text.Split('\n').FirstOrDefault(l => l.StartsWith(name, StringComparison.Ordinal) && l[name.Length] is ' ' or '{' && l.Contains(label, StringComparison.Ordinal)) is { } line
                ? double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture)
                : null;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }
}
