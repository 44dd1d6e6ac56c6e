using Strata.Rrd.Building;

namespace Strata.Rrd.Tests.Building;

public class TuidSequenceTests
{
    [Fact]
    public void Ids_ascend_also_where_the_clock_stands_still_or_goes_back()
    {
        var clock = new SettableClock();
        var ids = TuidSequence.FromClock(clock);
        var first = ids.Take(3);
        first.TimeNs.ShouldBe(1_739_265_272_000_000_000ul);
        var second = ids.Take(1);
        clock.Now -= TimeSpan.FromHours(1);
        var third = ids.Take(1);
        clock.Now += TimeSpan.FromHours(2);

        second.ShouldBe(first.Next(3));
        third.ShouldBe(second.Next());
        ids.Take(1).TimeNs.ShouldBe(first.TimeNs + 3_600_000_000_000ul);
    }

    [Fact]
    public void Ids_of_one_call_do_not_wrap_around()
    {
        var ids = TuidSequence.StartingAt(new Tuid(5, ulong.MaxValue - 1));

        ids.Take(2).ShouldBe(new Tuid(6, 0));
        ids.Take(1).ShouldBe(new Tuid(6, 2));
    }

    private sealed class SettableClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = DateTimeOffset.FromUnixTimeSeconds(1_739_265_272);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
