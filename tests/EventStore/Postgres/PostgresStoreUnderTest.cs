using Microsoft.Extensions.Logging.Abstractions;
using Strata.Conformance;
using Strata.Contracts;
using Strata.EventStore.Postgres;
using Strata.Servers;

namespace Strata.EventStore.Tests.Postgres;

/// <summary>The PostgreSQL adapter in a database of its own.</summary>
public sealed class PostgresStoreUnderTest : StoreUnderTest
{
    private PostgresEventStore _store = null!;

    private PostgresStoreUnderTest(PostgresDatabase database) => Database = database;

    public PostgresDatabase Database { get; }

    public override IEventStore Events => _store;

    public override IWorkClaims Claims => _store;

    public override ILeases Leases => _store;

    public override ILeasedPositions Positions => _store;

    public override ILeasedStates States => _store;

    public override IHeartbeats Heartbeats => _store;

    public override ILogCopy Copy => _store;

    public override IBlobErasure Erasure => _store;

    public override string LogFile => _store.Log;

    public static Task<StoreUnderTest> CreateAsync(PostgresServer server) => CreateAsync(server, breakage: null);

    /// <param name="breakage">SQL that puts a broken function in the place of a good one.</param>
    public static async Task<StoreUnderTest> CreateAsync(PostgresServer server, string? breakage)
    {
        var store = new PostgresStoreUnderTest(await server.CreateDatabaseAsync());
        await store.OpenAsync();
        if (breakage is not null)
        {
            await store.Database.ExecuteAsync(breakage);
        }

        return store;
    }

    public override async Task ReopenAsync()
    {
        await _store.DisposeAsync();
        await OpenAsync();
    }

    public override async Task FlipBitAsync(Sha256Digest blob)
    {
        await using var connection = await Database.ConnectAsync();
        (await connection.RowsAsync($"update strata.blobs set content = set_bit(content, 3, 1 - get_bit(content, 3)) where hash = '\\x{blob.Value}' returning 1")).ShouldHaveSingleItem();
    }

    public override async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        await Database.DisposeAsync();
    }

    /// <summary>Another process's view of the same database.</summary>
    public static Task<PostgresEventStore> OpenAsync(string connectionString, PostgresEventStoreOptions options) =>
        PostgresEventStore.OpenAsync(connectionString.Replace("Pooling=False", "Pooling=True", StringComparison.OrdinalIgnoreCase), options, NullLogger.Instance, TestContext.Current.CancellationToken);

    private async Task OpenAsync() => _store = await OpenAsync(Database.ConnectionString, new PostgresEventStoreOptions(Clock: Clock));
}
