using System.Net;
using Microsoft.Extensions.Logging;
using Strata.EventStore;
using Strata.EventStore.Postgres;

namespace Strata.Cli;

/// <summary>The database of a server that starts, opened as soon as it answers. Until then somebody answers on the port in the server's place.</summary>
internal sealed class AwaitedDatabase(DataDirectory data, HostSettings settings, LogLevel usual) : IDisposable
{
    /// <summary>Longer than a database that is there takes to be opened: in that time nobody need be told anything.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan PauseBeforeAnotherStart = TimeSpan.FromSeconds(1);

    private readonly ILoggerFactory _logging = LoggerFactory.Create(logging => StderrLogging.Configure(logging, settings, usual));

    private ILogger Logger => _logging.CreateLogger<AwaitedDatabase>();

    /// <returns>The database, null where the log is a file; and where to listen, which has a port now if any was asked for and one was needed meanwhile.</returns>
    /// <exception cref="LogStorageException">The database answers, and refuses.</exception>
    public async Task<(PostgresEventStore? Database, IPEndPoint Listen)> OpenAsync(ServeOptions options, CancellationToken cancellationToken)
    {
        var wait = new DatabaseWait(TimeProvider.System, Logger);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var opening = wait.ForAsync(token => StrataComposition.OpenDatabaseAsync(settings, token), stop.Token);
        await Task.WhenAny(opening, wait.Missed, Task.Delay(Grace, stop.Token));
        if (opening.IsCompleted)
        {
            return (await opening, options.Listen);
        }

        try
        {
            await using var room = await WaitingRoom.OpenAsync(data, options, settings, usual, wait, cancellationToken);
            Logger.LogInformation("meanwhile {Url} answers /alive and /health, and nothing else", room.Url);
            return (await opening, room.Listen(options.Listen));
        }
        catch
        {
            await stop.CancelAsync();
            await ((Task)opening).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (opening.IsCompletedSuccessfully && await opening is { } opened)
            {
                await opened.DisposeAsync();
            }

            throw;
        }
    }

    /// <summary>The database went away while the rooms of the server started: all of it begins anew.</summary>
    public Task PauseAsync(LogStorageException away, CancellationToken cancellationToken)
    {
        Logger.LogWarning("the database went away while the server started, which begins anew: {Reason}", away.Message);
        return Task.Delay(PauseBeforeAnotherStart, cancellationToken);
    }

    public void Dispose() => _logging.Dispose();
}
