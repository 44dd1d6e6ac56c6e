using Microsoft.Extensions.Logging;
using Strata.EventStore;

namespace Strata.Cli;

/// <summary>
/// A server whose database does not answer waits for it, as one that runs does: machines start in any order. What waiting cannot mend (a wrong password, no such database, a
/// log of a newer program) ends the start.
/// </summary>
internal sealed class PatientStart(TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);

    /// <summary>The longest that a server is missing once its database is back.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    public async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> start, CancellationToken cancellationToken)
    {
        var pause = FirstPause;
        string? told = null;
        while (true)
        {
            try
            {
                return await start(cancellationToken);
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested && Away(e) is not null)
            {
                var reason = Away(e)!.Message;
                if (reason != told)
                {
                    logger.LogWarning("not serving yet: {Reason}; it is asked again until it answers", reason);
                    told = reason;
                }
            }

            await Task.Delay(pause, time, cancellationToken);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    private static LogStorageException? Away(Exception? e) => e switch
    {
        null => null,
        LogStorageException { IsAway: true } away => away,
        AggregateException many => many.InnerExceptions.Select(Away).FirstOrDefault(found => found is not null),
        _ => Away(e.InnerException),
    };
}
