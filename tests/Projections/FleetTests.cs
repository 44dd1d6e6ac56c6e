using FsCheck;
using FsCheck.Fluent;
using Strata.Projections.Tests.Support;

namespace Strata.Projections.Tests;

public sealed class FleetTests
{
    private readonly Story _story = new(new FakeLog());

    public FleetTests()
    {
        _story.Create();
        _story.HowTo();
        _story.Sender = Story.Robot("r1");
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_robot_is_there_from_its_first_event_on_with_what_it_sent()
    {
        var first = _story.Quarantine("broken");
        var last = _story.Register("a", "base", "one");

        var robot = (await FleetAsync()).ShouldHaveSingleItem();

        (robot.Robot, robot.FirstPosition, robot.LastRecordingPosition).ShouldBe(("r1", first, last));
        (robot.FirstSeenAtNs, robot.LastRecordingAtNs, robot.LastSeenAtNs).ShouldBe((At(first), At(last), At(last)));
        (robot.Recordings, robot.SizeBytes, robot.Segments, robot.Quarantined, robot.WithoutVerdict).ShouldBe((1, _story.Layer("a", "base").SizeBytes, 1, 1, 1));
    }

    [Fact]
    public async Task What_people_and_rules_register_makes_no_robot()
    {
        _story.Sender = Story.Person;
        _story.Register("a", "base", "one");
        _story.Derive("a", "tracking_error", "error");
        _story.Quarantine("broken");

        (await FleetAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_segment_of_a_robot_is_good_bad_or_to_be_looked_at_as_its_quality_layer_says()
    {
        foreach (var (segment, isGood) in new (string, bool?)[] { ("a", true), ("b", true), ("c", false), ("d", null) })
        {
            Judged(segment, isGood);
        }

        _story.Register("e", "base", "one");
        _story.Register("a", "labels", "more of it", Schemas.Labels);

        var robot = (await FleetAsync()).ShouldHaveSingleItem();

        (robot.Segments, robot.Good, robot.Bad, robot.Review, robot.WithoutVerdict).ShouldBe((5, 2, 1, 1, 1));
        robot.Recordings.ShouldBe(6, "derived layers are not its recordings");
    }

    [Fact]
    public async Task A_verdict_that_stood_before_the_robot_s_layer_counts_too()
    {
        _story.Sender = Story.Person;
        _story.Register("a", "quality", "by hand", Schemas.Error, Schemas.Verdict(false));
        _story.Sender = Story.Robot("r1");
        _story.Register("a", "base", "one");

        (await FleetAsync()).ShouldHaveSingleItem().Bad.ShouldBe(1);
    }

    [Fact]
    public async Task A_declared_verdict_counts_in_place_of_the_tracking_alone_whichever_came_last()
    {
        Judged("a", true);
        _story.Register("a", "verdict", "declared", Schemas.Error, Schemas.Declared(false));
        _story.Register("b", "verdict", "declared first", Schemas.Error, Schemas.Declared(null));
        Judged("b", true);

        var robot = (await FleetAsync()).ShouldHaveSingleItem();

        (robot.Segments, robot.Good, robot.Bad, robot.Review).ShouldBe((2, 0, 1, 1));
    }

    [Fact]
    public async Task A_replaced_recording_counts_once_and_for_whoever_replaced_it()
    {
        Judged("a", false);
        _story.Register("a", "base", "one again, and longer");
        (await FleetAsync()).ShouldHaveSingleItem().ShouldSatisfyAllConditions(r => r.Recordings.ShouldBe(1), r => r.SizeBytes.ShouldBe(_story.Layer("a", "base").SizeBytes), r => r.Bad.ShouldBe(1));

        _story.Sender = Story.Robot("r2");
        _story.Register("a", "base", "of the other");

        (await FleetAsync()).Select(r => (r.Robot, r.Recordings, r.Segments, r.Bad)).ShouldBe([("r1", 0, 0, 0), ("r2", 1, 1, 1)]);
    }

    [Fact]
    public async Task A_new_verdict_takes_the_place_of_the_old_one()
    {
        Judged("a", false);
        _story.Derive("a", "quality", "better", Schemas.Verdict(true));

        (await FleetAsync()).ShouldHaveSingleItem().ShouldSatisfyAllConditions(r => r.Good.ShouldBe(1), r => r.Bad.ShouldBe(0));
    }

    [Theory]
    [InlineData("asked")]
    [InlineData("purged")]
    public async Task What_is_unregistered_or_purged_is_gone_from_its_robot_who_is_still_known(string reason)
    {
        Judged("a", true);
        foreach (var layer in (string[])["quality", "tracking_error", "base"])
        {
            _story.Unregister("a", layer, reason);
        }

        var robot = (await FleetAsync()).ShouldHaveSingleItem();

        (robot.Recordings, robot.SizeBytes, robot.Segments, robot.Good).ShouldBe((0, 0, 0, 0));
        robot.LastRecordingPosition.ShouldNotBeNull();
    }

    [Fact]
    public async Task A_deleted_dataset_is_gone_from_its_robots()
    {
        Judged("a", true);
        Judged("b", false);
        var other = new Story(_story.Log, new string('9', 32)) { Sender = Story.Robot("r1") };
        other.Create("hands");
        other.Register("a", "base", "in another dataset");
        _story.Delete();

        (await FleetAsync()).ShouldHaveSingleItem().ShouldSatisfyAllConditions(r => r.Recordings.ShouldBe(1), r => r.Segments.ShouldBe(1), r => (r.Good + r.Bad).ShouldBe(0));
    }

    [Fact]
    public async Task What_left_quarantine_is_not_in_it_any_more()
    {
        foreach (var name in (string[])["one", "two", "three", "one"])
        {
            _story.Quarantine(name);
        }

        _story.Release("two");
        _story.Discard("three");
        (await FleetAsync()).ShouldHaveSingleItem().Quarantined.ShouldBe(1, "the same broken file again is the same entry");

        _story.Discard("two");
        (await FleetAsync()).ShouldHaveSingleItem().Quarantined.ShouldBe(1);
    }

    [Fact]
    public void The_fleet_of_any_history_is_at_each_position_what_a_recount_of_the_log_gives() =>
        Prop.ForAll(AnyHistories.Steps(), steps =>
        {
            IsRecounted(AnyHistories.Told(steps)).GetAwaiter().GetResult(); // FsCheck calls properties synchronously
            return true;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(50));

    private static async Task IsRecounted(Story story)
    {
        using var folded = await Folded.UpToHead(story.Log);
        var recount = new FleetRecount(story.Log);
        for (var position = 1L; position <= story.Log.Head; position++)
        {
            await recount.AddAsync(story.Log.Events[(int)position - 1].Event, Cancel);
            var fleet = await folded.Models.Fleet.ReadAsync(position, Cancel);
            fleet.Select(r => $"{r.Robot} {r.Recordings} {r.SizeBytes} {r.Segments} {r.Quarantined} {r.Good} {r.Bad} {r.Review}").ShouldBe(recount.Lines(), $"as of {position}");
        }
    }

    private void Judged(string segment, bool? isGood)
    {
        _story.Register(segment, "base", "one");
        _story.Derive(segment, "tracking_error", segment + " error", Schemas.Properties(("tracking_error:mean", 0.1)));
        _story.Derive(segment, "quality", segment + " quality", Schemas.Verdict(isGood));
    }

    private async Task<IReadOnlyList<RobotRow>> FleetAsync()
    {
        using var folded = await Folded.UpToHead(_story.Log);
        return await folded.Models.Fleet.ReadAsync(asOf: null, Cancel);
    }

    private long At(long position) => _story.Log.Events[(int)position - 1].RecordedAtNs;
}
