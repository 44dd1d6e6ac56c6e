using System.Diagnostics;

namespace Strata.Rrd.Tests.Hostile;

/// <summary>What reading hostile bytes may cost, measured. Whoever reads them gets what is right or a typed error, within these bounds.</summary>
internal static class Probe
{
    /// <summary>Bytes that any read may allocate: buffers of a fixed size, remembered schemas.</summary>
    public const long FreeBytes = 8L << 20;

    /// <summary>Bytes that each byte of the input may make us allocate: LZ4 makes 255 out of one, and a decoded byte of text or of a field becomes a few of objects.</summary>
    public const long BytesPerByte = 5 * RrdLimits.MaxLz4Expansion;

    /// <summary>The longest that one small input may take. On a busy machine the time of the processor counts, which other threads of this process share; hence a slow read is repeated, and the fastest counts.</summary>
    public static readonly TimeSpan MaxTime = TimeSpan.FromSeconds(1);

    private const int Repeats = 3;

    /// <summary>Runs <paramref name="read"/>, which must complete on this thread, and fails when it costs too much. Answers the bytes it allocated.</summary>
    public static async Task<long> MeasureAsync(int inputBytes, Func<Task> read, string what)
    {
        var (allocated, time) = await RunAsync(read);
        allocated.ShouldBeLessThan(FreeBytes + (inputBytes * BytesPerByte), $"{what}: bytes allocated for {inputBytes}");
        await RequireTimeAsync(time, MaxTime, read, what);
        return allocated;
    }

    /// <summary>As above for what reads two files in threads of their own: only the time is measured, of both together.</summary>
    public static async Task MeasureTimeOfTwoAsync(Func<Task> read, string what) => await RequireTimeAsync((await RunAsync(read)).Time, 2 * MaxTime, read, what);

    private static async Task RequireTimeAsync(TimeSpan time, TimeSpan most, Func<Task> read, string what)
    {
        for (var repeat = 0; time > most && repeat < Repeats; repeat++)
        {
            time = (await RunAsync(read)).Time;
        }
        time.ShouldBeLessThan(most, what);
    }

    private static async Task<(long Allocated, TimeSpan Time)> RunAsync(Func<Task> read)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var used = Environment.CpuUsage.TotalTime;
        var started = Stopwatch.GetTimestamp();
        await read();
        var elapsed = Stopwatch.GetElapsedTime(started);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        return (allocated, elapsed <= MaxTime ? elapsed : Environment.CpuUsage.TotalTime - used);
    }
}
