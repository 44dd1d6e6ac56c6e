using Strata.Contracts;
using Strata.EventStore.Postgres;
using Strata.Servers;

namespace Strata.EventStore.Tests.Postgres;

/// <summary>Who waits is woken by other processes, and follows also where no wake-up is heard.</summary>
public sealed class PostgresWakeUps(PostgresServer server)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly StrataEvent Event = new RuleSuppressed(DatasetId.Parse("0123456789abcdef0123456789abcdef"), "r", "s", "asked");

    /// <summary>Nobody who waits looks by himself within this test.</summary>
    private static readonly PostgresEventStoreOptions NeverLooks = new() { LookAgainNs = (long)TimeSpan.FromDays(1).TotalNanoseconds };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_append_of_another_process_wakes_who_waits_without_any_looking()
    {
        await using var database = await server.CreateDatabaseAsync();
        await using var here = await PostgresStoreUnderTest.OpenAsync(database.ConnectionString, NeverLooks);
        await using var there = await PostgresStoreUnderTest.OpenAsync(database.ConnectionString, NeverLooks);
        await UntilBothListenAsync(database);
        for (var position = 0L; position < 20; position++)
        {
            var waiting = here.WaitForEventsAsync(position, Cancel);
            await there.AppendAsync(new Append($"{position}", [new($"{position}", 0, [Event])], [], []), Cancel);
            await waiting.WaitAsync(Patience, Cancel);
        }
    }

    [Fact]
    public async Task Who_waits_is_woken_again_after_its_listening_connection_was_killed()
    {
        await using var database = await server.CreateDatabaseAsync();
        await using var here = await PostgresStoreUnderTest.OpenAsync(database.ConnectionString, NeverLooks);
        await using var there = await PostgresStoreUnderTest.OpenAsync(database.ConnectionString, NeverLooks);
        await UntilBothListenAsync(database);
        await database.ReadAsync("select pg_terminate_backend(pid, 30000) from pg_stat_activity where datname = current_database() and query like 'listen%'");

        // Either the notification is heard, or the look that follows each new connection finds the event.
        var waiting = here.WaitForEventsAsync(0, Cancel);
        await there.AppendAsync(new Append("command", [new("a", 0, [Event])], [], []), Cancel);
        await waiting.WaitAsync(Patience, Cancel);
    }

    [Fact]
    public async Task An_append_that_nobody_tells_of_is_found_by_looking()
    {
        await using var database = await server.CreateDatabaseAsync();
        await using var store = await PostgresStoreUnderTest.OpenAsync(database.ConnectionString, new PostgresEventStoreOptions());
        var waiting = store.WaitForEventsAsync(0, Cancel);
        await using var silent = await OpenAppend.WithEventsAsync(database, 1);
        await silent.CommitAsync();

        await waiting.WaitAsync(Patience, Cancel);
        (await store.ReadAsync(0, 10, Cancel)).Events.Length.ShouldBe(1);
    }

    private static async Task UntilBothListenAsync(PostgresDatabase database)
    {
        await using var connection = await database.ConnectAsync();
        while (await connection.NumberAsync("select count(*) from pg_stat_activity where datname = current_database() and query like 'listen%' and state = 'idle'") < 2)
        {
            Cancel.ThrowIfCancellationRequested();
        }
    }
}
