using Microsoft.Extensions.Logging.Abstractions;
using Strata.EventStore;
using Strata.EventStore.Postgres;
using Strata.EventStore.Sqlite;
using Strata.Web;

namespace Strata.Cli;

/// <summary>Where <c>strata log</c> has the events from: the server of the data directory, or the log itself.</summary>
internal sealed class LogAccess : IAsyncDisposable
{
    private readonly IAsyncDisposable _owned;

    private LogAccess(ILogFollowing log, bool isOfServer, IAsyncDisposable owned) => (Log, IsOfServer, _owned) = (log, isOfServer, owned);

    public ILogFollowing Log { get; }

    public bool IsOfServer { get; }

    /// <param name="follow">Without a server: hold the data directory only until the log is made and brought up to date. Who waits for events, for days maybe, only reads.</param>
    public static async Task<LogAccess> OpenAsync(CommandContext context, bool follow, CancellationToken cancellationToken)
    {
        var access = await context.OpenAsync(Roles.None, cancellationToken);
        if (!follow || !access.InProcess)
        {
            return new(access.Log, !access.InProcess, access);
        }

        await access.DisposeAsync();
        return context.Settings.EventStoreConnection is { } connection
            ? Reading(await PostgresEventStore.OpenAsync(connection, new PostgresEventStoreOptions(), NullLogger.Instance, cancellationToken))
            : Reading(await SqliteLogReading.OpenAsync(context.Data.Path, cancellationToken));
    }

    /// <summary>As <see cref="StrataAccess.OfServer"/>.</summary>
    public static LogAccess? OfServer(DataDirectory data) => StrataAccess.OfServer(data) is { } server ? new(server.Log, isOfServer: true, server) : null;

    public ValueTask DisposeAsync() => _owned.DisposeAsync();

    private static LogAccess Reading<T>(T log)
        where T : IReadLog, IAsyncDisposable => new(new LogFollowing(log), isOfServer: false, log);
}
