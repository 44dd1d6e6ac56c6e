using System.Globalization;
using Microsoft.Extensions.Logging;
using Strata.EventStore;
using Strata.Web;

namespace Strata.Cli;

/// <summary>
/// A database that does not answer at a server's start is waited for: told in one line when it is missed and in one when it is there, tried again with growing pauses.
/// What waiting does not mend (a password, a database that is not there, a newer schema) goes through.
/// </summary>
internal sealed class DatabaseWait(TimeProvider time, ILogger logger) : IPartHealth
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);

    /// <summary>Who starts the database wants to see the server a moment later, and an attempt that is refused costs next to nothing.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private readonly TaskCompletionSource _missed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile Missing? _missing;

    public string Name => LogHealth.Database;

    /// <summary>Ends when it did not answer for the first time.</summary>
    public Task Missed => _missed.Task;

    public Task<PartFinding> LookAsync(CancellationToken cancellationToken) => Task.FromResult(
        PartFinding.Down(_missing is { } missing ? $"{missing.Reason}; waited for since {missing.Since}" : "the database has not answered yet", LogHealth.StartIt));

    /// <summary>Asks until it answers.</summary>
    /// <param name="ask">May be asked twice.</param>
    /// <exception cref="LogStorageException">It answers, and refuses.</exception>
    public async Task<T> ForAsync<T>(Func<CancellationToken, Task<T>> ask, CancellationToken cancellationToken)
    {
        for (var pause = FirstPause; ; pause = pause + pause < LongestPause ? pause + pause : LongestPause)
        {
            try
            {
                var answer = await ask(cancellationToken);
                Answers();
                return answer;
            }
            catch (LogStorageException e) when (e.IsAway)
            {
                Miss(e.Message);
            }

            await Task.Delay(pause, time, cancellationToken);
        }
    }

    private void Miss(string reason)
    {
        if (_missing is null)
        {
            _missing = new(reason, Cells.Second(time.GetUtcNow()), time.GetTimestamp());
            logger.LogWarning("waiting for the database since {Since}: {Reason}", _missing.Since, reason);
            _missed.TrySetResult();
        }
        else
        {
            _missing = _missing with { Reason = reason };
        }
    }

    private void Answers()
    {
        if (_missing is { } missing)
        {
            logger.LogWarning("the database answers after {Seconds} s; the start goes on", time.GetElapsedTime(missing.Timestamp).TotalSeconds.ToString("N0", CultureInfo.InvariantCulture));
            _missing = null;
        }
    }

    private sealed record Missing(string Reason, string Since, long Timestamp);
}
