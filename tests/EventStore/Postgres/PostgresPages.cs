using System.Globalization;
using Strata.Contracts;
using Strata.EventStore.Postgres;
using Strata.Servers;

namespace Strata.EventStore.Tests.Postgres;

/// <summary>How much of the table is touched for a page of the log.</summary>
public sealed class PostgresPages(PostgresServer server)
{
    private const int Appends = 10;
    private const int Page = 256;
    private const string Reader = "reader-of-pages";
    private const long Events = Appends * Page;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_log_of_which_the_planner_knows_nothing_is_read_row_by_row_and_none_twice()
    {
        await using var store = (PostgresStoreUnderTest)await PostgresStoreUnderTest.CreateAsync(server);
        await store.Database.ExecuteAsync("alter table mt_events set (autovacuum_enabled = false)");
        var dataset = new DatasetCreated(DatasetId.Parse("0123456789abcdef0123456789abcdef"), "arm", KeepMode.Copy);
        for (var i = 0; i < Appends; i++)
        {
            var append = new Append($"command {i}", [new($"stream {i}", 0, [.. Enumerable.Repeat(dataset, Page)])], [], []);
            (await store.Events.AppendAsync(append, Cancel)).ShouldBeOfType<AppendResult.Appended>();
        }

        await using (var reader = await PostgresStoreUnderTest.OpenAsync($"{store.Database.ConnectionString};Application Name={Reader}", new PostgresEventStoreOptions()))
        {
            for (var page = await reader.ReadAsync(0, Page, Cancel); page.Events.Length > 0; page = await reader.ReadAsync(page.NextPosition, Page, Cancel))
            {
                page.Events.Length.ShouldBe(Page);
            }
        }

        (await RowsReadAsync(store.Database)).ShouldBeInRange(Events, Events + Page);
    }

    /// <summary>A process of the server shows its counts to others when it ends.</summary>
    private static async Task<long> RowsReadAsync(PostgresDatabase database)
    {
        while ((await database.ReadAsync($"select 1 from pg_stat_activity where application_name = '{Reader}'")).Count > 0)
        {
            await Task.Yield();
        }

        var counted = await database.ReadAsync("select coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0) from pg_stat_user_tables where relname = 'mt_events'");
        return long.Parse(counted.ShouldHaveSingleItem(), CultureInfo.InvariantCulture);
    }
}
