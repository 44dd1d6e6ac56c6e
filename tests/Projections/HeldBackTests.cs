using Strata.EventStore;
using Strata.Projections.Folding;
using Strata.Projections.Running;
using Strata.Projections.Storage;

namespace Strata.Projections.Tests;

/// <summary>Since when newer events have not been shown, as <c>/health</c> tells it.</summary>
public sealed class HeldBackTests : IDisposable
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(5);

    private readonly HandTime _time = new();
    private readonly FoldMeasures _measures;

    public HeldBackTests() => _measures = new(new FoldProgress("tables"), new GenerationFiles("here", CatalogProjection.Definition), new RunnerClock(_time));

    public void Dispose() => _measures.Dispose();

    [Fact]
    public void One_append_that_does_not_end_is_told_with_its_age()
    {
        See(7, "one");
        See(7, "one");
        See(7, "one");

        _measures.HeldBack.ShouldBe((new HeldBack(2, "one"), 2 * LookEvery));
        _measures.Saw(new LogEnd(7, null));
        _measures.HeldBack.ShouldBeNull();
    }

    [Fact]
    public void Where_many_append_each_look_meets_another_one_and_none_is_old()
    {
        See(7, "one");
        See(8, "two");
        See(9, "three");

        _measures.HeldBack.ShouldBe((new HeldBack(2, "three"), TimeSpan.Zero));
    }

    private void See(long head, string holder)
    {
        _time.Pass(LookEvery);
        _measures.Saw(new LogEnd(head, new HeldBack(2, holder)));
    }

    private sealed class HandTime : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public void Pass(TimeSpan time) => _ticks += time.Ticks;

        public override long GetTimestamp() => _ticks;
    }
}
