using Strata.EventStore.Postgres;
using Strata.Servers;

namespace Strata.EventStore.Tests.Postgres;

/// <summary>Locks that hold across processes, here two stores over one database.</summary>
public sealed class PostgresLocks(PostgresServer server)
{
    private const string Name = "recordings";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Many_share_or_one_is_alone_in_one_process_and_in_two()
    {
        await using var database = await server.CreateDatabaseAsync();
        await using var here = await OpenAsync(database);
        await using var there = await OpenAsync(database);
        foreach (var other in new[] { here, there })
        {
            var first = (await here.TryShareAsync(Name, isNewcomer: true, Cancel)).ShouldNotBeNull();
            var second = (await other.TryShareAsync(Name, isNewcomer: true, Cancel)).ShouldNotBeNull();
            (await other.TryTakeAsync(Name, Cancel)).ShouldBeNull();
            await first.DisposeAsync();
            await first.DisposeAsync();
            (await other.TryTakeAsync(Name, Cancel)).ShouldBeNull();
            await second.DisposeAsync();

            await using var alone = (await other.TryTakeAsync(Name, Cancel)).ShouldNotBeNull();
            (await here.TryShareAsync(Name, isNewcomer: false, Cancel)).ShouldBeNull();
            (await here.TryTakeAsync(Name, Cancel)).ShouldBeNull();
            (await here.TryShareAsync("another", isNewcomer: true, Cancel)).ShouldNotBeNull();
            (await alone.IsHeldAsync(Cancel)).ShouldBeTrue();
        }

        (await here.TryShareAsync(Name, isNewcomer: true, Cancel)).ShouldNotBeNull();
    }

    [Fact]
    public async Task Newcomers_of_all_processes_give_way_to_who_insists_and_those_who_share_already_do_not()
    {
        await using var database = await server.CreateDatabaseAsync();
        await using var here = await OpenAsync(database);
        await using var there = await OpenAsync(database);
        await using var shared = (await here.TryShareAsync(Name, isNewcomer: true, Cancel)).ShouldNotBeNull();
        var insisted = await there.InsistAsync(Name, Cancel);
        var also = await here.InsistAsync(Name, Cancel);

        (await here.TryShareAsync(Name, isNewcomer: true, Cancel)).ShouldBeNull();
        (await there.TryShareAsync(Name, isNewcomer: true, Cancel)).ShouldBeNull();
        await (await here.TryShareAsync(Name, isNewcomer: false, Cancel)).ShouldNotBeNull().DisposeAsync();

        await also.DisposeAsync();
        (await here.TryShareAsync(Name, isNewcomer: true, Cancel)).ShouldBeNull();
        await insisted.DisposeAsync();
        await (await there.TryShareAsync(Name, isNewcomer: true, Cancel)).ShouldNotBeNull().DisposeAsync();
    }

    [Fact]
    public async Task What_a_process_held_is_free_when_its_connection_breaks_and_who_was_alone_is_told()
    {
        await using var database = await server.CreateDatabaseAsync();
        await using var here = await OpenAsync(database);
        await using var there = await OpenAsync(database);
        var shared = (await here.TryShareAsync(Name, isNewcomer: true, Cancel)).ShouldNotBeNull();
        await BreakAsync(database);
        var alone = (await there.TryTakeAsync(Name, Cancel)).ShouldNotBeNull();
        (await alone.IsHeldAsync(Cancel)).ShouldBeTrue();

        await BreakAsync(database);
        (await alone.IsHeldAsync(Cancel)).ShouldBeFalse();
        (await alone.IsHeldAsync(Cancel)).ShouldBeFalse();
        await alone.DisposeAsync();

        var again = (await here.TryShareAsync(Name, isNewcomer: true, Cancel)).ShouldNotBeNull();
        await shared.DisposeAsync();
        (await there.TryTakeAsync(Name, Cancel)).ShouldBeNull("the share of the broken connection gave back what it did not have any more");
        await again.DisposeAsync();
        await (await there.TryTakeAsync(Name, Cancel)).ShouldNotBeNull().DisposeAsync();
    }

    private static Task<PostgresEventStore> OpenAsync(PostgresDatabase database) => PostgresStoreUnderTest.OpenAsync(database.ConnectionString, new PostgresEventStoreOptions());

    private static async Task BreakAsync(PostgresDatabase database) => await database.ReadAsync(
        "select pg_terminate_backend(pid, 30000) from pg_stat_activity where datname = current_database() and pid in (select pid from pg_locks where locktype = 'advisory')");
}
