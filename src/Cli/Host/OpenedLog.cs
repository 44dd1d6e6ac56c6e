using Microsoft.Extensions.Logging.Abstractions;
using Strata.EventStore;
using Strata.EventStore.Postgres;
using Strata.EventStore.Sqlite;
using Strata.Registrar;

namespace Strata.Cli;

/// <summary>The log alone, for commands that need no more of Strata: that of the database in the settings, else that of the data directory.</summary>
internal sealed class OpenedLog : IAsyncDisposable
{
    private readonly IAsyncDisposable _store;

    private OpenedLog(IEventStore events, ILogCopy copy, StoreOwnership ownership, IAsyncDisposable store, string name, string nextIfFull) =>
        (Events, Copy, Ownership, _store, Name, NextIfFull) = (events, copy, ownership, store, name, nextIfFull);

    /// <summary>As messages name it.</summary>
    public string Name { get; }

    /// <summary>What to do where an empty one is needed and this is not.</summary>
    public string NextIfFull { get; }

    public IEventStore Events { get; }

    public ILogCopy Copy { get; }

    /// <summary>Of the recordings that its events name.</summary>
    public StoreOwnership Ownership { get; }

    public static async Task<OpenedLog> OpenAsync(DataDirectory data, HostSettings settings, CancellationToken cancellationToken)
    {
        if (settings.EventStoreConnection is { } connection)
        {
            var postgres = await PostgresEventStore.OpenAsync(connection, new PostgresEventStoreOptions(), NullLogger.Instance, cancellationToken);
            return new(
                postgres, postgres, new(postgres, postgres, postgres, postgres.Log, isLogShared: true, Guid.CreateVersion7), postgres, postgres.Log, "name an empty database in Strata__EventStore__ConnectionString");
        }

        var sqlite = await SqliteEventStore.OpenAsync(data.Path, TimeProvider.System, NullLogger.Instance, cancellationToken);
        return new(sqlite, sqlite, new(sqlite, sqlite, sqlite, sqlite.Path, isLogShared: false, Guid.CreateVersion7), sqlite, data.Path, "name a new folder with --data");
    }

    public ValueTask DisposeAsync() => _store.DisposeAsync();
}
