using System.Diagnostics;

namespace Strata.Bench;

/// <summary>What a program took from its start to its end.</summary>
/// <param name="CpuSeconds">Of all cores; seen last a moment before the end.</param>
/// <param name="PeakMib">Its resident memory; likewise.</param>
internal sealed record MeasuredProcess(double Seconds, double CpuSeconds, double PeakMib)
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(10);

    /// <exception cref="InvalidOperationException">It failed.</exception>
    public static async Task<MeasuredProcess> RunAsync(string program, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["RERUN_ANALYTICS"] = "0";
        var clock = Stopwatch.StartNew();
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start");
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(cancellationToken), process.StandardError.ReadToEndAsync(cancellationToken));
        var (cpu, peak) = (0.0, 0.0);
        var ended = process.WaitForExitAsync(cancellationToken);
        while (!ended.IsCompleted)
        {
            var (cpuNow, peakNow) = Look(process);
            (cpu, peak) = (Math.Max(cpu, cpuNow), Math.Max(peak, peakNow));
            await Task.WhenAny(ended, Task.Delay(Poll, cancellationToken));
        }

        await ended;
        var seconds = clock.Elapsed.TotalSeconds;
        await output;
        return process.ExitCode == 0 ? new(seconds, cpu, peak) : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}: {await errors}");
    }

    // It may end between two looks at it.
    private static (double Cpu, double Peak) Look(Process process)
    {
        try
        {
            return process.HasExited ? (0, 0) : (process.TotalProcessorTime.TotalSeconds, Machine.MemoryMib(process.Id, "VmHWM") ?? 0);
        }
        catch (Exception e) when (e is InvalidOperationException or IOException or System.ComponentModel.Win32Exception)
        {
            return (0, 0);
        }
    }
}
