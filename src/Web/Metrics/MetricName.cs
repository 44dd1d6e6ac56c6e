using System.Diagnostics.Metrics;
using System.Text;

namespace Strata.Web;

/// <summary>An instrument's name as Prometheus writes it: dots become underscores, the unit and <c>_total</c> are appended. Source: OpenTelemetry, Prometheus and OpenMetrics compatibility.</summary>
public static class MetricName
{
    public static string Of(Instrument instrument)
    {
        ArgumentNullException.ThrowIfNull(instrument);
        return Of(instrument.Name, instrument.Unit, IsCounter(instrument));
    }

    /// <param name="unit">As UCUM writes it; what stands in braces only tells what is counted.</param>
    public static string Of(string name, string? unit, bool isCounter)
    {
        var text = new StringBuilder(name.Length);
        foreach (var letter in name)
        {
            text.Append(char.IsAsciiLetterOrDigit(letter) ? letter : '_');
        }

        var suffix = unit switch
        {
            "s" => "_seconds",
            "ms" => "_milliseconds",
            "By" => "_bytes",
            "1" when !isCounter => "_ratio",
            _ => "",
        };
        if (!text.ToString().EndsWith(suffix, StringComparison.Ordinal))
        {
            text.Append(suffix);
        }

        return isCounter ? text.Append("_total").ToString() : text.ToString();
    }

    public static bool IsCounter(Instrument instrument) => IsOf(instrument, typeof(Counter<>)) || IsOf(instrument, typeof(ObservableCounter<>));

    public static bool IsHistogram(Instrument instrument) => IsOf(instrument, typeof(Histogram<>));

    /// <summary>Each measurement says by how much it grew; the others say how much it is.</summary>
    public static bool IsSum(Instrument instrument) => IsOf(instrument, typeof(Counter<>)) || IsOf(instrument, typeof(UpDownCounter<>));

    private static bool IsOf(Instrument instrument, Type open) => instrument.GetType() is { IsGenericType: true } type && type.GetGenericTypeDefinition() == open;
}
