using System.Diagnostics.Metrics;

namespace Strata.Web;

/// <summary>What one instrument measured under one set of labels, since the process started.</summary>
/// <param name="bounds">Upper bounds of a histogram's buckets, rising; null for anything else.</param>
internal sealed class MetricSeries(string labels, double[]? bounds)
{
    private readonly Lock _lock = new();
    private readonly long[] _buckets = new long[(bounds?.Length ?? 0) + 1];
    private double _value;
    private long _count;

    /// <summary>As they stand between the braces; empty: none.</summary>
    public string Labels => labels;

    public double[]? Bounds => bounds;

    public void Add(double value)
    {
        lock (_lock)
        {
            _value += value;
        }
    }

    public void Set(double value)
    {
        lock (_lock)
        {
            _value = value;
        }
    }

    public void Observe(double value)
    {
        var bucket = 0;
        while (bucket < bounds!.Length && value > bounds[bucket])
        {
            bucket++;
        }

        lock (_lock)
        {
            _buckets[bucket]++;
            _count++;
            _value += value;
        }
    }

    /// <summary>The value, or a histogram's sum; its count; and how many lie in each bucket alone.</summary>
    public (double Value, long Count, long[] Buckets) Read()
    {
        lock (_lock)
        {
            return (_value, _count, [.. _buckets]);
        }
    }
}

/// <summary>The series of one instrument.</summary>
internal sealed record MetricFamily(Instrument Instrument, string Name, double[]? Bounds)
{
    /// <summary>Seconds, from a fast query to a call that somebody gave up on; what says its own bounds gets those.</summary>
    private static readonly double[] UsualBounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

    public System.Collections.Concurrent.ConcurrentDictionary<string, MetricSeries> Series { get; } = new(StringComparer.Ordinal);

    public static MetricFamily Of(Instrument instrument) =>
        new(instrument, MetricName.Of(instrument), MetricName.IsHistogram(instrument) ? BoundsOf(instrument) : null);

    private static double[] BoundsOf(Instrument instrument) => instrument switch
    {
        Histogram<double> { Advice.HistogramBucketBoundaries: { Count: > 0 } bounds } => [.. bounds],
        Histogram<long> { Advice.HistogramBucketBoundaries: { Count: > 0 } bounds } => [.. bounds.Select(b => (double)b)],
        _ => UsualBounds,
    };
}
