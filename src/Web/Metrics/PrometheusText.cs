using System.Globalization;
using System.Text;

namespace Strata.Web;

/// <summary>Prometheus' text format, version 0.0.4. Source: prometheus.io/docs/instrumenting/exposition_formats.</summary>
internal static class PrometheusText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private const string DroppedName = "strata_metrics_dropped_total";

    public static string Write(ProcessMetrics metrics)
    {
        var text = new StringBuilder();
        foreach (var family in metrics.Read().GroupBy(f => f.Name, StringComparer.Ordinal))
        {
            var first = family.First();
            text.Append("# HELP ").Append(first.Name).Append(' ').Append(Escape(first.Instrument.Description ?? first.Instrument.Name, quotes: false)).Append('\n');
            text.Append("# TYPE ").Append(first.Name).Append(' ').Append(TypeOf(first)).Append('\n');
            foreach (var series in family.SelectMany(f => f.Series.Values).OrderBy(s => s.Labels, StringComparer.Ordinal))
            {
                Append(text, first.Name, series);
            }
        }

        text.Append("# HELP ").Append(DroppedName).Append(" Measurements that were not kept, since an instrument had too many sets of labels\n");
        return text.Append("# TYPE ").Append(DroppedName).Append(" counter\n").Append(DroppedName).Append(' ').Append(metrics.Dropped.ToString(CultureInfo.InvariantCulture)).Append('\n').ToString();
    }

    /// <summary>Behind those that stand there already.</summary>
    public static void AppendLabel(StringBuilder text, string name, object? value)
    {
        text.Append(text.Length == 0 ? "" : ",").Append(MetricName.Of(name, null, isCounter: false)).Append("=\"");
        text.Append(Escape(Convert.ToString(value, CultureInfo.InvariantCulture) ?? "", quotes: true)).Append('"');
    }

    private static void Append(StringBuilder text, string name, MetricSeries series)
    {
        var (value, count, buckets) = series.Read();
        if (series.Bounds is not { } bounds)
        {
            AppendSample(text, name, series.Labels, value);
            return;
        }

        var separator = series.Labels.Length == 0 ? "" : ",";
        var below = 0L;
        for (var i = 0; i < buckets.Length; i++)
        {
            below += buckets[i];
            AppendSample(text, name + "_bucket", $"{series.Labels}{separator}le=\"{(i < bounds.Length ? NumberOf(bounds[i]) : "+Inf")}\"", below);
        }

        AppendSample(text, name + "_sum", series.Labels, value);
        AppendSample(text, name + "_count", series.Labels, count);
    }

    private static void AppendSample(StringBuilder text, string name, string labels, double value)
    {
        text.Append(name);
        if (labels.Length > 0)
        {
            text.Append('{').Append(labels).Append('}');
        }

        text.Append(' ').Append(NumberOf(value)).Append('\n');
    }

    private static string NumberOf(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };

    private static string Escape(string text, bool quotes)
    {
        var escaped = text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
        return quotes ? escaped.Replace("\"", "\\\"", StringComparison.Ordinal) : escaped;
    }

    private static string TypeOf(MetricFamily family) => family switch
    {
        { Bounds: not null } => "histogram",
        { Instrument: var instrument } when MetricName.IsCounter(instrument) => "counter",
        _ => "gauge",
    };
}
