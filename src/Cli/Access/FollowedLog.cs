using System.Runtime.CompilerServices;
using Strata.EventStore;
using Strata.Web;

namespace Strata.Cli;

/// <summary>
/// The lines of the log, each once and in order. Who follows them is not left alone by a database or a server that goes away: it is asked again, from the last line that
/// was given on, until it is back.
/// </summary>
/// <param name="told">Hears of each interruption, once: what happened, and the position.</param>
internal sealed class FollowedLog(DataDirectory data, Func<string, long, Task> told, TimeProvider time)
{
    /// <summary>A database that restarts is back within seconds.</summary>
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);

    /// <summary>What is away for long is not worn out by asking, and somebody may be waiting for its first event.</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(15);

    /// <param name="access">Disposed of at the end.</param>
    /// <param name="from">Only what is behind this position.</param>
    public async IAsyncEnumerable<(LogLine Line, string Text)> ReadAsync(LogAccess access, long from, bool follow, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (current, position, failures) = ((LogAccess?)access, from, 0);
        var wasOfServer = access.IsOfServer;
        try
        {
            while (true)
            {
                var began = time.GetTimestamp();
                var broken = current is null ? "the server has ended" : null;
                await foreach (var item in ReadOnceAsync(current?.Log, position, follow, cancellationToken))
                {
                    if (item.Broken is { } reason)
                    {
                        broken = reason;
                        break;
                    }

                    (position, failures) = (item.Line!.Position, 0);
                    yield return (item.Line, item.Text!);
                }

                if (!follow)
                {
                    yield break;
                }

                failures = time.GetElapsedTime(began) > LongestPause ? 1 : failures + 1;
                if (failures == 1)
                {
                    await told(broken ?? "the server ended it", position);
                }

                await Task.Delay(PauseAfter(failures), time, cancellationToken);
                if (wasOfServer)
                {
                    // A server that was started again listens elsewhere.
                    await DisposeAsync(current);
                    current = LogAccess.OfServer(data);
                }
            }
        }
        finally
        {
            await DisposeAsync(current);
        }
    }

    /// <summary>Until it ends or breaks; what breaks it while nobody follows is for the caller.</summary>
    private static async IAsyncEnumerable<(LogLine? Line, string? Text, string? Broken)> ReadOnceAsync(ILogFollowing? log, long from, bool follow, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (log is null)
        {
            yield break;
        }

        await using var lines = LogLines.ReadTextAsync(log, from, follow, cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (true)
        {
            string? broken = null;
            try
            {
                if (!await lines.MoveNextAsync())
                {
                    yield break;
                }
            }
            catch (Exception e) when (follow && e is LogStorageException or ServerAwayException)
            {
                broken = e.Message;
            }

            if (broken is not null)
            {
                yield return (null, null, broken);
                yield break;
            }

            yield return (LogLines.Parse(lines.Current), lines.Current, null);
        }
    }

    private static TimeSpan PauseAfter(int failures)
    {
        var pause = FirstPause;
        for (var i = 1; i < failures && pause < LongestPause; i++)
        {
            pause *= 2;
        }

        return pause < LongestPause ? pause : LongestPause;
    }

    private static ValueTask DisposeAsync(LogAccess? access) => access?.DisposeAsync() ?? ValueTask.CompletedTask;
}
