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
        await writer.KillAgainAndAgainAsync(async () => await PostgresStoreUnderTest.OpenAsync(database.ConnectionString, new PostgresEventStoreOptions()));
    }
}
