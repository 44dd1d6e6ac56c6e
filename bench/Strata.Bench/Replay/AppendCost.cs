using System.Diagnostics;

namespace Strata.Bench;

/// <summary>What appends cost: the clock, the cores of this process and the disk. A database's own processes are not in it.</summary>
internal static class AppendCost
{
    /// <param name="append">Gives how many were appended.</param>
    /// <param name="unit">What is counted: <c>event</c>, <c>recording</c>.</param>
    public static async Task AddAsync(
        ResultFile results, MeasuredLog log, string name, string unit, int run, Func<Task<long>> append, CancellationToken cancellationToken)
    {
        var size = await log.SizeBytes(cancellationToken);
        var (clock, cpu) = (Stopwatch.StartNew(), Environment.CpuUsage.TotalTime);
        var count = await append();
        var (seconds, cores) = (clock.Elapsed.TotalSeconds, Environment.CpuUsage.TotalTime - cpu);
        results.Add(new Sample(name, Side.Strata, run, count / seconds, $"{unit}s/s"));
        results.Add(new Sample(name, Side.Strata, run, cores.TotalMicroseconds / count, $"µs of a core/{unit}"));
        results.Add(new Sample(name, Side.Strata, run, (double)(await log.SizeBytes(cancellationToken) - size) / count, $"B of disk/{unit}"));
    }
}
