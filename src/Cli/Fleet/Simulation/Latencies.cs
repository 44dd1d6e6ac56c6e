namespace Strata.Cli;

/// <summary>How long things took, in as much memory for hours of them as for seconds: counts by ranges that are 1 % wide.</summary>
internal sealed class Latencies
{
    private const double Width = 1.01;

    private const double ShortestMs = 0.1;

    /// <summary>Up to some five hours.</summary>
    private const int Ranges = 1_900;

    private readonly Lock _lock = new();
    private readonly long[] _counts = new long[Ranges];
    private long _count;

    public void Add(TimeSpan took)
    {
        var range = Math.Clamp((int)Math.Ceiling(Math.Log(Math.Max(took.TotalMilliseconds, ShortestMs) / ShortestMs) / Math.Log(Width)), 0, Ranges - 1);
        lock (_lock)
        {
            _counts[range]++;
            _count++;
        }
    }

    /// <returns>In milliseconds what at least this part of them did not exceed, to 1 %; null when there were none.</returns>
    public double? Percentile(double part)
    {
        lock (_lock)
        {
            var wanted = (long)Math.Ceiling(part * _count);
            var seen = 0L;
            for (var range = 0; range < Ranges && _count > 0; range++)
            {
                seen += _counts[range];
                if (seen >= wanted)
                {
                    return Math.Round(ShortestMs * Math.Pow(Width, range), 1);
                }
            }

            return null;
        }
    }
}
