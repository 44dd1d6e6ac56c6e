using System.Collections.Immutable;
using Strata.Contracts;
using Strata.EventStore;

namespace Strata.Conformance;

/// <summary>What the suites share. An adapter derives each suite and says how its storage is made.</summary>
public abstract class StoreConformance
{
    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    protected static DatasetId Dataset { get; } = DatasetId.Parse("0123456789abcdef0123456789abcdef");

    /// <summary>How long something that must happen may take before the test calls it broken; never waited for when it happens.</summary>
    protected virtual TimeSpan Patience => TimeSpan.FromSeconds(30);

    protected abstract Task<StoreUnderTest> CreateAsync();

    protected static StrataEvent Event(int number) => new RuleSuppressed(Dataset, "tracking_error", $"segment {number}", "asked");

    protected static ImmutableArray<StrataEvent> EventsUpTo(int count) => [.. Enumerable.Range(1, count).Select(Event)];

    protected static Append To(string stream, long expectedVersion, int count, string commandId) =>
        new(commandId, [new StreamAppend(stream, expectedVersion, EventsUpTo(count))], [], []);

    protected static Append Guarded(string commandId, params Guard[] guards) => new(commandId, [], [.. guards], []);

    protected static async Task<AppendResult.Appended> AppendedAsync(StoreUnderTest store, Append append) =>
        (await store.Events.AppendAsync(append, Cancel)).ShouldBeOfType<AppendResult.Appended>();

    /// <summary>All events, read in pages of <paramref name="pageSize"/>.</summary>
    protected static async Task<List<RecordedEvent>> ReadAllAsync(StoreUnderTest store, int pageSize = 1000)
    {
        var all = new List<RecordedEvent>();
        for (var position = 0L; ;)
        {
            var page = await store.Events.ReadAsync(position, pageSize, Cancel);
            if (page.Events.IsEmpty)
            {
                return all;
            }

            page.Events.Length.ShouldBeLessThanOrEqualTo(pageSize);
            page.NextPosition.ShouldBeGreaterThan(position);
            all.AddRange(page.Events);
            position = page.NextPosition;
        }
    }

    /// <summary>1, 2, 3 … <paramref name="last"/>: names the first number that is wrong and not thousands that are right.</summary>
    protected static void ShouldCountTo(long last, IEnumerable<long> positions)
    {
        var expected = 1L;
        foreach (var position in positions)
        {
            position.ShouldBe(expected++, "skipped, doubled or out of order");
        }

        expected.ShouldBe(last + 1, "ended too early or too late");
    }
}
