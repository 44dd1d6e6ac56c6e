using FsCheck;
using FsCheck.Fluent;
using Strata.Contracts;
using Strata.EventStore;
using Strata.Recordings;

namespace Strata.Registrar.Tests;

/// <summary>Which files may go: the fold and the rule, against a recomputation of every moment from the whole log.</summary>
public sealed class ContentHoldsTests
{
    private const int Runs = 2_000;
    private static readonly DatasetId Arm = Events.Dataset;

    [Fact]
    public void A_file_may_go_exactly_when_it_was_named_and_nothing_that_stands_no_pin_and_no_retention_holds_it() => Prop.ForAll(
        RandomLogs.Any(),
        log =>
        {
            var (holds, naive, now) = (Fold(log), new NaiveHolds(log), (log.Length + 1) * RandomLogs.NsPerEvent);
            foreach (var location in Enumerable.Range(0, RandomLogs.Files).Select(RandomLogs.Location))
            {
                var state = holds.StateOf(location, now);
                (state == ContentState.Free).ShouldBe(naive.WasNamed(location) && !naive.IsHeld(location, now), $"{location} is {state}");
                (state == ContentState.Unnamed).ShouldBe(!naive.WasNamed(location));
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(Runs));

    [Fact]
    public void Whatever_is_said_to_be_let_go_of_is_let_go_of_only_where_nothing_holds_it_then() => Prop.ForAll(
        RandomLogs.Any(),
        Gen.Choose(0, RandomLogs.Files - 1).ToArbitrary(),
        (log, file) =>
        {
            var location = RandomLogs.Location(file);
            var said = RandomLogs.At(log.Length + 1, new BytesReleased(location, 1, 3, Events.Someone));
            var state = Fold([.. log, said]).StateOf(location, said.RecordedAtNs);
            var naive = new NaiveHolds(log);
            (state == ContentState.Released).ShouldBe(naive.WasNamed(location) && !naive.IsHeld(location, said.RecordedAtNs));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(Runs));

    [Fact]
    public void A_file_is_held_for_as_long_as_one_of_the_layers_that_share_it_stands()
    {
        var other = DatasetId.Parse(new string('e', 32));
        var shared = Events.Given("base", "a");
        var holds = Fold(Numbered([.. Created(0), new DatasetCreated(other, "other", KeepMode.Copy), new RetentionDeclared(other, 0, Events.Someone),
            shared, shared with { Dataset = other }, Events.Gone("base", "a")]));
        holds.StateOf(shared.Kept.Location, long.MaxValue).ShouldBe(ContentState.Standing);

        holds.Apply(RandomLogs.At(holds.Position + 1, Events.Gone("base", "a") with { Dataset = other }));
        holds.StateOf(shared.Kept.Location, long.MaxValue).ShouldBe(ContentState.Free);
    }

    [Fact]
    public void A_pin_holds_what_stood_as_of_its_position_until_it_is_deleted()
    {
        var pin = DatasetId.New();
        var (first, second) = (Events.Given("base", "a"), Events.Given("base", "b"));
        // 1 created, 2 retention, 3 first, 4 second in its place, 5 pinned as of 3.
        var holds = Fold(Numbered([.. Created(0), first, second, new DatasetPinned(pin, "v1", Arm, 3, Events.Someone), Events.Gone("base", "b")]));
        (holds.StateOf(first.Kept.Location, long.MaxValue), holds.StateOf(second.Kept.Location, long.MaxValue)).ShouldBe((ContentState.Pinned, ContentState.Free));

        holds.Apply(RandomLogs.At(holds.Position + 1, new DatasetDeleted(pin, Events.Someone)));
        holds.StateOf(first.Kept.Location, long.MaxValue).ShouldBe(ContentState.Free);
    }

    [Theory]
    [InlineData(null, long.MaxValue, false)]
    [InlineData(0L, 0, true)]
    [InlineData(1_000L, 999, false)]
    [InlineData(1_000L, 1_000, true)]
    public void What_was_replaced_is_kept_for_as_long_as_declared_from_the_moment_it_was_replaced(long? keptForNs, long laterNs, bool goes)
    {
        var log = Numbered([.. Created(keptForNs), Events.Given("base", "a"), Events.Given("base", "b")]);
        var now = laterNs == long.MaxValue ? laterNs : log[^1].RecordedAtNs + laterNs;
        Fold(log).StateOf(Events.Kept("a").Location, now).ShouldBe(goes ? ContentState.Free : ContentState.Retained);
    }

    [Fact]
    public void What_is_in_quarantine_stays_and_what_is_discarded_is_superseded()
    {
        var quarantined = new RecordingQuarantined(Events.Hash("q"), Arm, "file:///q.rrd", "base", Events.Kept("a"), 1, "cut", "cut", null, Events.Someone);
        var holds = Fold(Numbered([.. Created(0), quarantined]));
        holds.StateOf(Events.Kept("a").Location, long.MaxValue).ShouldBe(ContentState.Quarantined);

        holds.Apply(RandomLogs.At(holds.Position + 1, new RecordingDiscarded(quarantined.QuarantineId, Arm, Events.Someone)));
        holds.StateOf(Events.Kept("a").Location, long.MaxValue).ShouldBe(ContentState.Free);
    }

    [Fact]
    public void What_was_let_go_of_and_registered_again_is_held_anew_as_if_it_had_never_gone()
    {
        var released = new BytesReleased(Events.Kept("a").Location, 1, 4, Events.Someone);
        var holds = Fold(Numbered([.. Created(0), Events.Given("base", "a"), Events.Gone("base", "a"), released]));
        holds.StateOf(released.Location, long.MaxValue).ShouldBe(ContentState.Released);

        foreach (var next in new StrataEvent[] { Events.Given("base", "a"), new RetentionDeclared(Arm, null, Events.Someone), Events.Gone("base", "a") })
        {
            holds.Apply(RandomLogs.At(holds.Position + 1, next));
        }

        holds.StateOf(released.Location, long.MaxValue).ShouldBe(ContentState.Retained);
    }

    [Fact]
    public void A_file_that_was_written_again_after_its_last_layer_went_waits_as_an_orphan_does()
    {
        var holds = Fold(Numbered([.. Created(0), Events.Given("base", "a"), Events.Gone("base", "a")]));
        var (ended, day) = (holds.EndedAtNs(Events.Kept("a").Location), CollectionRule.OldEnough.Ticks * TimeSpan.NanosecondsPerTick);
        var file = new StoredFile("any", Events.Kept("a").Location, 1, ended);

        CollectionRule.Judge(holds, file, ended + 1).ShouldBe(CollectionReason.Superseded);
        CollectionRule.Judge(holds, file with { ModifiedAtNs = ended + 1 }, ended + 1 + day).ShouldBeNull();
        CollectionRule.Judge(holds, file with { ModifiedAtNs = ended + 1 }, ended + 2 + day).ShouldBe(CollectionReason.Superseded);
        CollectionRule.Judge(holds, file with { Location = null, ModifiedAtNs = 0 }, day).ShouldBeNull();
        CollectionRule.Judge(holds, file with { Location = null, ModifiedAtNs = 0 }, day + 1).ShouldBe(CollectionReason.Orphan);
    }

    private static StrataEvent[] Created(long? keptForNs) => [new DatasetCreated(Arm, "arm", KeepMode.Copy), new RetentionDeclared(Arm, keptForNs, Events.Someone)];

    private static RecordedEvent[] Numbered(StrataEvent[] events) => [.. events.Select((e, i) => RandomLogs.At(i + 1, e))];

    private static ContentHolds Fold(IEnumerable<RecordedEvent> log)
    {
        var holds = new ContentHolds();
        foreach (var recorded in log)
        {
            holds.Apply(recorded);
        }

        return holds;
    }
}
