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

    private OpenedLog(IEventStore events, ILogCopy copy, StoreOwnership ownership, IAsyncDisposable store) => (Events, Copy, Ownership, _store) = (events, copy, ownership, store);

    public IEventStore Events { get; }

    public ILogCopy Copy { get; }

    /// <summary>Of the recordings that its events name.</summary>
    public StoreOwnership Ownership { get; }

    public static async Task<OpenedLog> OpenAsync(DataDirectory data, HostSettings settings, CancellationToken cancellationToken)
    {
        if (settings.EventStoreConnection is { } connection)
        {
            var postgres = await PostgresEventStore.OpenAsync(connection, new PostgresEventStoreOptions(), NullLogger.Instance, cancellationToken);
            return new(postgres, postgres, new(postgres, postgres, postgres, postgres.Log, isLogShared: true, Guid.CreateVersion7), postgres);
        }

        var sqlite = await SqliteEventStore.OpenAsync(data.Path, TimeProvider.System, NullLogger.Instance, cancellationToken);
        return new(sqlite, sqlite, new(sqlite, sqlite, sqlite, sqlite.Path, isLogShared: false, Guid.CreateVersion7), sqlite);
    }

    public ValueTask DisposeAsync() => _store.DisposeAsync();
}
