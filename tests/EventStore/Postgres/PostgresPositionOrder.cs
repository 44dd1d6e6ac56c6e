using Strata.Conformance;
using Strata.Contracts;
using Strata.Servers;

namespace Strata.EventStore.Tests.Postgres;

/// <summary>What a reader may see while appends stand still at the worst places, each by construction. Source: DESIGN rule 3, §9.</summary>
public class PostgresPositionOrder(PostgresServer server)
{
    private static readonly StrataEvent Event = new RuleSuppressed(DatasetId.Parse("0123456789abcdef0123456789abcdef"), "r", "s", "asked");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>SQL that breaks what keeps the order; null for the adapter as it is.</summary>
    protected virtual string? Breakage => null;

    [Fact]
    public async Task Where_the_smaller_number_commits_later_no_reader_sees_the_greater_one_before()
    {
        await using var store = await CreateAsync();
        await using var slow = await OpenAppend.WithEventsAsync(store.Database, 1);
        (await AppendAsync(store)).ShouldBe(3);

        await ShouldShowAsync(store, 1);
        await slow.CommitAsync();
        await ShouldShowAsync(store, 1, 2, 3);
    }

    [Fact]
    public async Task The_head_is_told_when_all_is_shown_that_was_acknowledged_before()
    {
        await using var store = await CreateAsync();
        await using var slow = await OpenAppend.WithEventsAsync(store.Database, 1);
        (await AppendAsync(store)).ShouldBe(3);

        var head = store.Events.HeadAsync(Cancel);
        var end = await store.Events.EndAsync(Cancel);
        (end.Head, end.HeldBack!.Numbers).ShouldBe((1, 2));
        end.HeldBack.Holder.ShouldStartWith($"server process {slow.ServerProcess}");
        head.IsCompleted.ShouldBeFalse();

        await slow.CommitAsync();
        (await head).ShouldBe(3);
        (await store.Events.EndAsync(Cancel)).ShouldBe(new LogEnd(3, null));
    }

    [Fact]
    public async Task Two_open_transactions_that_commit_in_the_wrong_order_are_shown_in_the_right_one()
    {
        await using var store = await CreateAsync();
        await using var first = await OpenAppend.WithEventsAsync(store.Database, 2);
        await using var second = await OpenAppend.WithEventsAsync(store.Database, 2);

        await second.CommitAsync();
        await ShouldShowAsync(store, 1);
        await first.CommitAsync();
        await ShouldShowAsync(store, 1, 2, 3, 4, 5);
    }

    [Fact]
    public async Task A_number_that_was_rolled_back_stalls_nobody()
    {
        await using var store = await CreateAsync();
        await using var rolledBack = await OpenAppend.WithEventsAsync(store.Database, 1);
        (await AppendAsync(store)).ShouldBe(3);
        await ShouldShowAsync(store, 1);

        await rolledBack.RollbackAsync();
        await ShouldShowAsync(store, 1, 3);
    }

    [Fact]
    public async Task A_connection_killed_between_draw_and_commit_stalls_nobody()
    {
        await using var store = await CreateAsync();
        await using var killed = await OpenAppend.WithEventsAsync(store.Database, 1);
        (await AppendAsync(store)).ShouldBe(3);
        await ShouldShowAsync(store, 1);

        // With a patience it answers when the process has ended.
        (await store.Database.ReadAsync($"select pg_terminate_backend({killed.ServerProcess}, 30000)")).ShouldBe(["t"]);
        await ShouldShowAsync(store, 1, 3);
    }

    [Fact]
    public async Task An_appender_stopped_between_reading_the_last_number_and_locking_draws_above_all_that_was_shown()
    {
        await using var store = await CreateAsync();
        await using var stopped = await OpenAppend.BeginAsync(store.Database);
        var last = await stopped.NumberAsync("select last_value - (not is_called)::int from mt_events_sequence");
        (await AppendAsync(store)).ShouldBe(2);
        (await AppendAsync(store)).ShouldBe(3);
        await ShouldShowAsync(store, 1, 2, 3);

        await stopped.ExecuteAsync($"select pg_advisory_xact_lock_shared((7700::bigint << 48) + {last})");
        (await AppendAsync(store)).ShouldBe(4);
        await stopped.WriteAsync("select nextval('mt_events_sequence')");
        (await AppendAsync(store)).ShouldBe(6);

        // Its lock is older than what was shown: it holds everything back that is not shown yet, and what it drew is among that.
        (await After(store, 3)).ShouldBeEmpty();
        await stopped.CommitAsync();
        (await After(store, 3)).ShouldBe([4, 5, 6]);
    }

    [Fact]
    public async Task A_reader_stopped_between_noting_the_highest_number_and_looking_at_the_locks_shows_all_up_to_it()
    {
        await using var store = await CreateAsync();
        await using var before = await OpenAppend.WithEventsAsync(store.Database, 1);
        await using var reader = await store.Database.ConnectAsync();
        var high = await reader.NumberAsync("select last_value from mt_events_sequence");
        high.ShouldBe(2);

        // One that it would have seen ends, with its rows; another begins and draws above what the reader noted.
        await before.CommitAsync();
        await using var later = await OpenAppend.WithEventsAsync(store.Database, 1);
        (await AppendAsync(store)).ShouldBe(4);

        var settled = Math.Min(high, await reader.NumberAsync("select strata.settled()"));
        (await reader.RowsAsync($"select seq_id from mt_events where seq_id <= {settled} order by seq_id")).ShouldBe(["1", "2"]);
        await later.CommitAsync();
        await ShouldShowAsync(store, 1, 2, 3, 4);
    }

    [Fact]
    public async Task A_long_transaction_in_another_database_of_the_cluster_holds_nothing_back()
    {
        await using var store = await CreateAsync();
        await using var other = await server.CreateDatabaseAsync();
        await using var connection = await other.ConnectAsync();
        await connection.ExecuteAsync("begin; create table t (n int); select pg_current_xact_id(); select pg_advisory_xact_lock_shared(7700::bigint << 48)");

        (await AppendAsync(store)).ShouldBe(2);
        await ShouldShowAsync(store, 1, 2);
    }

    [Fact]
    public async Task A_prepared_transaction_holds_its_number_until_it_is_resolved()
    {
        await using var store = await CreateAsync();
        await using var prepared = await OpenAppend.WithEventsAsync(store.Database, 1);
        Assert.SkipWhen(await prepared.NumberAsync("show max_prepared_transactions") == 0, "the server allows no prepared transactions: max_prepared_transactions is 0");
        await prepared.ExecuteAsync($"prepare transaction '{store.Database.Name}'");
        (await AppendAsync(store)).ShouldBe(3);
        await ShouldShowAsync(store, 1);

        await prepared.ExecuteAsync($"commit prepared '{store.Database.Name}'");
        await ShouldShowAsync(store, 1, 2, 3);
    }

    /// <summary>One event is there already.</summary>
    private async Task<PostgresStoreUnderTest> CreateAsync()
    {
        var store = (PostgresStoreUnderTest)await PostgresStoreUnderTest.CreateAsync(server, Breakage);
        (await AppendAsync(store)).ShouldBe(1);
        return store;
    }

    private static async Task<long> AppendAsync(PostgresStoreUnderTest store)
    {
        var id = $"{Guid.NewGuid()}";
        return (await store.Events.AppendAsync(new Append(id, [new(id, 0, [Event])], [], []), Cancel)).ShouldBeOfType<AppendResult.Appended>().LastPosition;
    }

    private static async Task<long[]> After(StoreUnderTest store, long position) => [.. (await store.Events.ReadAsync(position, int.MaxValue, Cancel)).Events.Select(e => e.Position)];

    /// <summary>To a reader from the start, to one that asks for pages of one event, and as the end of what is shown.</summary>
    private static async Task ShouldShowAsync(StoreUnderTest store, params long[] positions)
    {
        (await After(store, 0)).ShouldBe(positions);
        var walked = new List<long>();
        while (await store.Events.ReadAsync(walked.LastOrDefault(), 1, Cancel) is { Events: [var only] })
        {
            walked.Add(only.Position);
        }

        walked.ShouldBe(positions);
        (await store.Events.EndAsync(Cancel)).Head.ShouldBe(positions[^1]);
    }
}
