using Strata.Contracts;
using Strata.EventStore.Postgres;
using Strata.Servers;

namespace Strata.EventStore.Tests.Postgres;

/// <summary>8 writers × 10,000 events against 3 readers, with numbers that are rolled back in between, from stores as several processes would have them.</summary>
public sealed class ManyWritersAndReaders(PostgresServer server)
{
    private const int Writers = 8;
    private const int EventsEach = 10_000;
    private const int Readers = 3;
    private const int EventsAnAppend = 50;
    private const int EventsAPage = 333;

    private static readonly StrataEvent Event = new RuleSuppressed(DatasetId.Parse("0123456789abcdef0123456789abcdef"), "r", "s", "asked");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_reader_sees_exactly_the_table_in_order()
    {
        await using var store = (PostgresStoreUnderTest)await PostgresStoreUnderTest.CreateAsync(server);
        await using var second = await PostgresStoreUnderTest.OpenAsync(store.Database.ConnectionString, new PostgresEventStoreOptions());
        using var done = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var readers = Enumerable.Range(0, Readers).Select(i => Task.Run(() => FollowAsync(i == 0 ? store.Events : second), Cancel)).ToArray();
        var rollingBack = Task.Run(() => RollBackAsync(store.Database, done.Token), Cancel);

        await Task.WhenAll(Enumerable.Range(0, Writers).Select(i => Task.Run(() => WriteAsync(i % 2 == 0 ? store.Events : second, i), Cancel)));
        await done.CancelAsync();
        (await rollingBack).ShouldBeGreaterThan(0);

        var table = (await store.Database.ReadAsync("select seq_id from mt_events order by seq_id")).ConvertAll(long.Parse);
        table.Count.ShouldBe(Writers * EventsEach);
        foreach (var seen in await Task.WhenAll(readers))
        {
            seen.SequenceEqual(table).ShouldBeTrue($"{seen.Count} events of {table.Count}, the first that differs: {seen.Zip(table).FirstOrDefault(pair => pair.First != pair.Second)}");
        }
    }

    private static async Task WriteAsync(IEventStore store, int writer)
    {
        for (var i = 0; i < EventsEach / EventsAnAppend; i++)
        {
            var append = new Append($"{writer} {i}", [new($"writer {writer}", i * EventsAnAppend, [.. Enumerable.Repeat(Event, EventsAnAppend)])], [], []);
            (await store.AppendAsync(append, Cancel)).ShouldBeOfType<AppendResult.Appended>();
        }
    }

    private static async Task<List<long>> FollowAsync(IEventStore store)
    {
        var seen = new List<long>(Writers * EventsEach);
        while (seen.Count < Writers * EventsEach)
        {
            await store.WaitForEventsAsync(seen.LastOrDefault(), Cancel).WaitAsync(TimeSpan.FromSeconds(30), Cancel);
            seen.AddRange((await store.ReadAsync(seen.LastOrDefault(), EventsAPage, Cancel)).Events.Select(e => e.Position));
        }

        return seen;
    }

    private static async Task<int> RollBackAsync(PostgresDatabase database, CancellationToken done)
    {
        await using var connection = await database.ConnectAsync();
        for (var count = 0; ; count++)
        {
            await connection.ExecuteAsync("begin; select strata.take(3); rollback");
            if (done.IsCancellationRequested)
            {
                return count + 1;
            }
        }
    }
}
