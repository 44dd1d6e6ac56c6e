using System.Collections.Immutable;
using Strata.EventStore;

namespace Strata.Conformance;

/// <summary>What a reader sees while others write. Source: DESIGN rule 3.</summary>
public abstract class OrderConformance : StoreConformance
{
    private const int Writers = 8;
    private const int AppendsEach = 25;
    private const int EventsEach = 5;
    private const int Total = Writers * AppendsEach * EventsEach;

    [Fact]
    public async Task A_reader_behind_eight_writers_sees_every_position_once_and_in_order()
    {
        await using var store = await CreateAsync();
        var writing = WriteAsync(store);
        var pages = await FollowAsync(store);
        await writing;

        ShouldCountTo(Total, pages.SelectMany(p => p).Select(e => e.Position));
    }

    [Fact]
    public async Task The_events_of_an_append_appear_all_or_not_at_all()
    {
        await using var store = await CreateAsync();
        var writing = WriteAsync(store);
        var pages = await FollowAsync(store);
        await writing;

        pages.ShouldAllBe(page => page.GroupBy(e => e.CommandId, StringComparer.Ordinal).All(append => append.Count() == EventsEach));
    }

    [Fact]
    public async Task Each_writer_finds_its_events_at_the_positions_that_it_was_told()
    {
        await using var store = await CreateAsync();
        var told = await WriteAsync(store);
        var found = (await ReadAllAsync(store)).GroupBy(e => e.CommandId, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Select(e => e.Position).ToArray(), StringComparer.Ordinal);

        told.Count.ShouldBe(Writers * AppendsEach);
        told.ShouldAllBe(t => found[t.Key].SequenceEqual(t.Value));
    }

    private static async Task<Dictionary<string, ImmutableArray<long>>> WriteAsync(StoreUnderTest store)
    {
        var told = await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(() => WriteAsync(store, writer), Cancel)));
        return told.SelectMany(t => t).ToDictionary(StringComparer.Ordinal);
    }

    private static async Task<Dictionary<string, ImmutableArray<long>>> WriteAsync(StoreUnderTest store, int writer)
    {
        var told = new Dictionary<string, ImmutableArray<long>>(StringComparer.Ordinal);
        for (var i = 0; i < AppendsEach; i++)
        {
            var command = $"writer {writer}, append {i}";
            var append = new Append(command, [new($"own {writer}", i * 3, EventsUpTo(3)), new("shared", StreamAppend.AnyVersion, EventsUpTo(EventsEach - 3))], [], []);
            told.Add(command, (await AppendedAsync(store, append)).Positions);
        }

        return told;
    }

    private async Task<List<ImmutableArray<RecordedEvent>>> FollowAsync(StoreUnderTest store)
    {
        var pages = new List<ImmutableArray<RecordedEvent>>();
        for (var (position, seen) = (0L, 0); position < Total && seen <= Total;)
        {
            await store.Events.WaitForEventsAsync(position, Cancel).WaitAsync(Patience, Cancel);
            var page = await store.Events.ReadAsync(position, int.MaxValue, Cancel);
            pages.Add(page.Events);
            (position, seen) = (page.NextPosition, seen + page.Events.Length);
        }

        return pages;
    }
}
