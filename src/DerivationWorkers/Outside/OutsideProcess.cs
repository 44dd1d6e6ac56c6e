using System.ComponentModel;
using System.Diagnostics;

namespace Strata.DerivationWorkers;

/// <summary>How a deriver's process ended.</summary>
/// <param name="ExitCode">128 + number for a signal.</param>
/// <param name="Exceeded">Which limit it was ended for; null: it ended by itself.</param>
/// <param name="Output">Its stdout, up to a limit.</param>
/// <param name="ErrorTail">The end of its stderr.</param>
internal sealed record ProcessEnd(int ExitCode, ExceededLimit? Exceeded, byte[] Output, bool OutputIsCut, string ErrorTail, TimeSpan Took, long PeakBytes);

internal enum ExceededLimit
{
    Time,
    Memory,
    AnswerSize,
}

/// <summary>Runs a command in a session of its own within limits, and ends all that came of it.</summary>
internal sealed class OutsideProcess(JobFolder folder, OutsideLimits limits)
{
    /// <summary>What a program may say beside its answer.</summary>
    private const int MaxOutputBytes = 64 * 1024;

    /// <summary>Who is told to end may clean up first.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    /// <summary>How often memory and files are looked at: what grows by a gigabyte a second is ended 50 MB late.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(50);

    /// <summary>Pipes that something keeps open that cannot be ended are left alone after so long.</summary>
    private static readonly TimeSpan PipePatience = TimeSpan.FromSeconds(5);

    private const long FileBlockBytes = 512;

    /// <summary>
    /// No core dumps, no file above the limit, the first to go when the machine's memory ends, and a session of its own where that is to be had (util-linux, busybox).
    /// </summary>
    private const string Launcher =
        """
        { echo 1000 > /proc/self/oom_score_adj; } 2>/dev/null
        ulimit -c 0 2>/dev/null
        ulimit -f "$1" 2>/dev/null
        shift
        if command -v setsid >/dev/null 2>&1; then exec setsid "$@"; fi
        exec "$@"
        """;

    /// <exception cref="OutsideDeriverException">It could not be started.</exception>
    public async Task<ProcessEnd> RunAsync(IReadOnlyList<string> command, IReadOnlyDictionary<string, string> environment, ReadOnlyMemory<byte> input, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        using var process = Start(command, environment);
        var family = new ProcessFamily(process.Id, folder.Path);
        var output = new KeptHead(MaxOutputBytes);
        var errors = new KeptTail(KeptTail.ShownBytes);
        var pipes = Task.WhenAll(
            WriteAsync(process, input),
            ReadAsync(process.StandardOutput.BaseStream, output.Add),
            ReadAsync(process.StandardError.BaseStream, errors.Add));
        (ExceededLimit? Limit, long Peak) watched;
        try
        {
            watched = await WatchAsync(process, family, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await family.EndAsync().ConfigureAwait(false);
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        }

        await Task.WhenAny(pipes, Task.Delay(PipePatience, CancellationToken.None)).ConfigureAwait(false);
        return new(process.ExitCode, watched.Limit, output.ToArray(), output.IsCut, errors.ToString(), clock.Elapsed, watched.Peak);
    }

    private Process Start(IReadOnlyList<string> command, IReadOnlyDictionary<string, string> environment)
    {
        // Somewhat above the limit, so that what is told is that it wrote too much, and not the signal that ends it for that.
        var blocks = ((limits.AnswerBytes + (2 * MaxOutputBytes)) / FileBlockBytes) + 1;
        var start = OperatingSystem.IsWindows()
            ? new ProcessStartInfo(command[0], command.Skip(1))
            : new ProcessStartInfo("/bin/sh", ["-c", Launcher, "strata", FormattableString.Invariant($"{blocks}"), .. command]);
        (start.WorkingDirectory, start.UseShellExecute) = (folder.Path, false);
        (start.RedirectStandardInput, start.RedirectStandardOutput, start.RedirectStandardError) = (true, true, true);
        start.Environment.Clear();
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        try
        {
            return Process.Start(start)!;
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException)
        {
            throw new IOException($"no process could be started for {command[0]}: {e.Message}", e);
        }
    }

    /// <summary>Until it has ended by itself or was told to.</summary>
    private async Task<(ExceededLimit? Limit, long Peak)> WatchAsync(Process process, ProcessFamily family, CancellationToken cancellationToken)
    {
        var (clock, peak) = (Stopwatch.StartNew(), 0L);
        var exit = process.WaitForExitAsync(CancellationToken.None);
        while (true)
        {
            await Task.WhenAny(exit, Task.Delay(LookEvery, cancellationToken)).ConfigureAwait(false);
            if (cancellationToken.IsCancellationRequested)
            {
                await AskToEndAsync(family, exit).ConfigureAwait(false);
                cancellationToken.ThrowIfCancellationRequested();
            }

            if (exit.IsCompleted)
            {
                return (folder.WrittenBytes() > limits.AnswerBytes + MaxOutputBytes ? ExceededLimit.AnswerSize : null, peak);
            }

            peak = Math.Max(peak, family.ResidentBytes());
            if (peak > limits.MemoryBytes)
            {
                return (ExceededLimit.Memory, peak);
            }

            if (folder.WrittenBytes() > limits.AnswerBytes + MaxOutputBytes)
            {
                return (ExceededLimit.AnswerSize, peak);
            }

            if (clock.Elapsed > limits.Time)
            {
                await AskToEndAsync(family, exit).ConfigureAwait(false);
                return (ExceededLimit.Time, peak);
            }
        }
    }

    private static async Task AskToEndAsync(ProcessFamily family, Task exit)
    {
        family.Ask();
        await Task.WhenAny(exit, Task.Delay(Grace)).ConfigureAwait(false);
    }

    private static async Task WriteAsync(Process process, ReadOnlyMemory<byte> input)
    {
        try
        {
            await process.StandardInput.BaseStream.WriteAsync(input).ConfigureAwait(false);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It does not read its stdin, which it need not: the job lies in a file too.
        }
    }

    private static async Task ReadAsync(Stream stream, Action<ReadOnlySpan<byte>> keep)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (await stream.ReadAsync(buffer).ConfigureAwait(false) is > 0 and var read)
            {
                keep(buffer.AsSpan(0, read));
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The process is gone, and its pipe with it.
        }
    }
}
