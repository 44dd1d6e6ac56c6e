using Strata.Servers;

namespace Strata.EventStore.Tests.Postgres;

/// <summary>The tests of order are tested: over a database whose functions break the rule, they fail.</summary>
public sealed class TheOrderTestsCatch(PostgresServer server)
{
    private const string ReaderThatOnlyCompares = "create or replace function strata.settled() returns bigint language sql volatile as 'select last_value from public.mt_events_sequence'";

    private const string TakeWithoutItsLock = """
        create or replace function strata.take(n int) returns bigint[] language sql volatile as
        $$ select array(select nextval('public.mt_events_sequence') from generate_series(1, n)) $$
        """;

    private const string LocksOfEveryDatabase = """
        create or replace function strata.settled() returns bigint language sql volatile as $$
            select least((select last_value from public.mt_events_sequence),
                         (select min(((classid::bigint & 65535) << 32) | objid::bigint) from pg_locks where locktype = 'advisory' and (classid::bigint >> 16) = 7700))
        $$
        """;

    [Theory]
    [InlineData(ReaderThatOnlyCompares)]
    [InlineData(TakeWithoutItsLock)]
    public async Task A_log_that_shows_the_greater_number_first(string breakage)
    {
        var broken = new Broken(server, breakage);
        await FailsAsync(broken.Where_the_smaller_number_commits_later_no_reader_sees_the_greater_one_before);
        await FailsAsync(broken.Two_open_transactions_that_commit_in_the_wrong_order_are_shown_in_the_right_one);
    }

    [Fact]
    public Task A_log_that_another_database_holds_back() =>
        FailsAsync(new Broken(server, LocksOfEveryDatabase).A_long_transaction_in_another_database_of_the_cluster_holds_nothing_back);

    /// <summary>By an assertion, and not by some other mishap.</summary>
    private static async Task FailsAsync(Func<Task> fact) => (await Record.ExceptionAsync(fact)).ShouldBeOfType<ShouldAssertException>();

    private sealed class Broken(PostgresServer server, string breakage) : PostgresPositionOrder(server)
    {
        protected override string? Breakage => breakage;
    }
}
