using Strata.EventStore.Postgres;
using Strata.Servers;

namespace Strata.EventStore.Tests.Postgres;

/// <summary>Processes of two versions on one database, as during a rolling restart.</summary>
public sealed class PostgresUpgrade(PostgresServer server)
{
    /// <summary>As a process of schema 1 calls it: without the traces.</summary>
    private const string AppendOfVersion1 = """
        select last_position from strata.append('of version 1', null, '0.1.0', array['stream']::text[], array[1]::bigint[], '{}'::int[], '{}'::bigint[], '{}'::bigint[],
            '{}'::text[], '{}'::text[], '{}'::text[], '{}'::text[], '{}'::text[], '{}'::bytea[], '{}'::bytea[],
            array[gen_random_uuid()], array[1], array['stream']::text[], array[1]::bigint[], array['rule_suppressed']::text[], array['t']::text[],
            array['{"dataset":"0123456789abcdef0123456789abcdef","rule":"r","segment":"s","reason":"asked"}']::jsonb[], array[null]::text[])
        """;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_process_from_before_the_upgrade_appends_on()
    {
        await using var database = await server.CreateDatabaseAsync();
        await database.ExecuteAsync(await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Logs", "version-1-postgres.sql"), Cancel));
        await using var store = await PostgresStoreUnderTest.OpenAsync(database.ConnectionString, new PostgresEventStoreOptions());
        var head = await store.HeadAsync(Cancel);

        (await database.ReadAsync(AppendOfVersion1)).ShouldBe([$"{head + 1}"]);

        var appended = (await store.ReadAsync(head, 10, Cancel)).Events.ShouldHaveSingleItem();
        (appended.CommandId, appended.TraceParent).ShouldBe(("of version 1", null));
    }
}
