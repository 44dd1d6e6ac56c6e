using System.Globalization;

namespace Strata.EndToEnd.Tests.Soak;

/// <summary>Notes twice a second how much memory each process has resident.</summary>
internal sealed class MemoryWatch(SoakFleet fleet)
{
    private const long BytesPerKilobyte = 1_024;

    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(500);

    private readonly Dictionary<string, List<long>> _samples = new(StringComparer.Ordinal);

    /// <summary>Runs until it is cancelled.</summary>
    /// <returns>By process, in the order of time. A process that was started again goes on in its row.</returns>
    public async Task<IReadOnlyDictionary<string, MemoryUse>> RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            foreach (var process in fleet.All)
            {
                if (process.Running is { } running && Resident(running.ProcessId) is { } bytes)
                {
                    (_samples.TryGetValue(process.Instance, out var row) ? row : _samples[process.Instance] = []).Add(bytes);
                }
            }

            await Task.Delay(LookEvery, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return _samples.ToDictionary(s => s.Key, s => MemoryUse.Of(s.Value), StringComparer.Ordinal);
    }

    private static long? Resident(int processId)
    {
        try
        {
            var line = File.ReadLines($"/proc/{processId}/status").FirstOrDefault(l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
            return line is null ? null : long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * BytesPerKilobyte;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It ended meanwhile, or this is no Linux.
            return null;
        }
    }
}

/// <param name="WarmBytes">Median over the second quarter of the time.</param>
/// <param name="EndBytes">Median over the last quarter.</param>
internal sealed record MemoryUse(long WarmBytes, long EndBytes, long PeakBytes)
{
    /// <summary>Of any process at any time: twice what one takes that has compiled all that it runs.</summary>
    public const long MostBytes = 320L << 20;

    /// <summary>A runtime that is left memory takes some of it before it collects. What is kept of each recording shows in hours as a multiple of this.</summary>
    public const long MostGrowthBytes = 64L << 20;

    public bool IsBounded => PeakBytes <= MostBytes;

    /// <summary>Says something where the quarters are longer than processes live: one that has just been started again has little.</summary>
    public bool IsFlat => EndBytes - WarmBytes <= MostGrowthBytes;

    public static MemoryUse Of(IReadOnlyList<long> samples)
    {
        var quarter = samples.Count / 4;
        return new(Median(samples.Skip(quarter).Take(Math.Max(1, quarter))), Median(samples.Skip(3 * quarter)), samples.Max());
    }

    private static long Median(IEnumerable<long> values)
    {
        long[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }
}
