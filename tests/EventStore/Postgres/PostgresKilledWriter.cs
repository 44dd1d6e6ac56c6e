using Npgsql;
using Strata.EventStore.Postgres;
using Strata.Servers;

namespace Strata.EventStore.Tests.Postgres;

/// <summary>A process that appends to PostgreSQL is killed without a warning, again and again on the same log.</summary>
public sealed class PostgresKilledWriter(PostgresServer server)
{
    [Fact]
    public async Task After_kill_9_every_acknowledged_append_is_there_and_no_half_one()
    {
        await using var database = await server.CreateDatabaseAsync();
        var writer = new KilledWriter(database.ConnectionString);
        await writer.KillAgainAndAgainAsync(async () =>
        {
            await EndOfSessionsAsync(database.ConnectionString);
            return await PostgresStoreUnderTest.OpenAsync(database.ConnectionString, new PostgresEventStoreOptions());
        });
    }

    /// <summary>The server finishes what it was asked for before it notices that nobody is there any more: until then, what is read first is older than what is read next.</summary>
    private static async Task EndOfSessionsAsync(string connectionString)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var others = source.CreateCommand("select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'");
        while ((long)(await others.ExecuteScalarAsync(TestContext.Current.CancellationToken))! > 0)
        {
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
    }
}
