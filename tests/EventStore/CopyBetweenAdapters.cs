using Strata.Conformance;
using Strata.Contracts;
using Strata.EventStore.Tests.Postgres;
using Strata.Servers;

namespace Strata.EventStore.Tests;

/// <summary>A log out of SQLite into PostgreSQL and back: what readers get does not change, also where appends ran at the same time and where jsonb cannot hold a body.</summary>
public sealed class CopyBetweenAdapters(PostgresServer server)
{
    private static readonly DatasetId Dataset = DatasetId.Parse("0123456789abcdef0123456789abcdef");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task From_SQLite_to_PostgreSQL_and_back()
    {
        await using var first = await SqliteStoreUnderTest.CreateAsync();
        await FillAsync(first);
        await using var second = await PostgresStoreUnderTest.CreateAsync(server);
        await second.Copy.ImportAsync(first.Copy.ExportAsync(Cancel), Cancel);
        await using var third = await SqliteStoreUnderTest.CreateAsync();
        await third.Copy.ImportAsync(second.Copy.ExportAsync(Cancel), Cancel);

        await ShouldBeEqualAsync(first, second);
        await ShouldBeEqualAsync(first, third);
    }

    [Fact]
    public async Task Appends_that_ran_at_the_same_time_are_known_with_their_positions_after_the_copy()
    {
        await using var from = await PostgresStoreUnderTest.CreateAsync(server);
        var told = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Task.Run(
            async () => (Append: Of($"command {i}", $"s {i}", 5), Result: (AppendResult.Appended)await from.Events.AppendAsync(Of($"command {i}", $"s {i}", 5), Cancel)), Cancel)));
        await using var to = await SqliteStoreUnderTest.CreateAsync();
        await to.Copy.ImportAsync(from.Copy.ExportAsync(Cancel), Cancel);

        foreach (var (append, result) in told)
        {
            (await to.Events.AppendAsync(append, Cancel)).ShouldBeOfType<AppendResult.Known>().Positions.ShouldBe(result.Positions);
        }

        await ShouldBeEqualAsync(from, to);
    }

    private static async Task FillAsync(StoreUnderTest store)
    {
        await store.Events.AppendAsync(Of("one", "a", 3), Cancel);
        await store.Events.AppendAsync(new Append("two", [new("a", 3, [new RuleSuppressed(Dataset, "r", "nul \0 in it", "…")]), new("b", 0, [Parameters()])], [new Guard.Put("s", "k", "v")], [Blob.Of("b"u8.ToArray())]), Cancel);
    }

    /// <summary>A number that jsonb writes in another way.</summary>
    private static RuleDeclared Parameters() => new(Dataset, "r", 1, "d", ["base"], "out", CanonicalJson.Parse("""{"threshold":1.5e-300}"""));

    private static Append Of(string command, string stream, int events) =>
        new(command, [new(stream, 0, [.. Enumerable.Range(0, events).Select(i => new RuleSuppressed(Dataset, "r", $"segment {i}", "asked"))])], [], []);

    private static async Task ShouldBeEqualAsync(StoreUnderTest expected, StoreUnderTest actual)
    {
        var events = (await expected.Events.ReadAsync(0, int.MaxValue, Cancel)).Events;
        (await actual.Events.ReadAsync(0, int.MaxValue, Cancel)).Events.ShouldBe(events);
        (await actual.Events.ReadGuardsAsync("s", Cancel)).ShouldBe(await expected.Events.ReadGuardsAsync("s", Cancel));
        var records = await actual.Copy.ExportAsync(Cancel).OfType<LogRecord.Content>().ToListAsync(Cancel);
        records.Select(r => r.Blob.Hash).ShouldBe(await expected.Copy.ExportAsync(Cancel).OfType<LogRecord.Content>().Select(r => r.Blob.Hash).ToListAsync(Cancel));
    }
}
