using Strata.Contracts;
using Strata.Projections.Moments;
using Strata.Projections.Tests.Support;

namespace Strata.Projections.Tests;

public sealed class MomentTests
{
    private static readonly DatasetId Blueprint = DatasetId.Parse(new string('b', 32));
    private static readonly DatasetId Asset = DatasetId.Parse(new string('a', 32));
    private static readonly DatasetId PinId = DatasetId.Parse(new string('c', 32));

    private readonly Story _story = new(new FakeLog());

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_name_with_a_position_and_its_id_are_the_dataset_as_of_then()
    {
        _story.CreateWithCompanions(Blueprint, Asset, "arms");
        var at = _story.Register("a", "base", "one");
        _story.Rename("hands");
        _story.Refer(null, null, null, Asset);
        using var folded = await Folded.UpToHead(_story.Log);
        var moments = folded.Models.Moments;

        var named = (await moments.FindAsync($"arms[{at}]", Cancel))!;
        (named.Source, named.AsOf, named.Name, named.Owner, named.Revision, named.Kind).ShouldBe((_story.Dataset, at, $"arms[{at}]", "hands", at, DatasetKind.Recording));
        named.UpdatedAtNs.ShouldBe(_story.Log.Events[(int)at - 1].RecordedAtNs);
        named.Dataset.ShouldBe(MomentId.Of(_story.Dataset, at));
        (await moments.FindAsync(named.Dataset, Cancel)).ShouldBe(named);

        named.BlueprintDataset.ShouldBe(MomentId.Of(Blueprint, at));
        var blueprint = (await moments.FindAsync(named.BlueprintDataset!.Value, Cancel))!;
        (blueprint.Source, blueprint.AsOf, blueprint.Kind, blueprint.Owner).ShouldBe((Blueprint, at, DatasetKind.Blueprint, "hands"));
        (await folded.Models.Entries.ListAsync(Enum.GetValues<DatasetKind>(), Cancel)).ShouldNotContain(e => e.AsOf != null);
    }

    [Fact]
    public async Task A_former_name_and_a_deleted_dataset_are_found_as_of_when_they_were()
    {
        var created = _story.Create("old");
        var renamed = _story.Rename("new");
        var last = _story.Register("a", "base", "one");
        _story.Delete();
        var second = new Story(_story.Log, new string('2', 32));
        var again = second.Create("new");
        using var folded = await Folded.UpToHead(_story.Log);
        var moments = folded.Models.Moments;

        (await moments.FindAsync($"old[{created}]", Cancel))!.Source.ShouldBe(_story.Dataset);
        (await moments.FindAsync($"new[{last}]", Cancel))!.Source.ShouldBe(_story.Dataset);
        (await moments.FindAsync($"new[{again}]", Cancel))!.Source.ShouldBe(second.Dataset);
        (await moments.FindAsync(MomentId.Of(_story.Dataset, last), Cancel))!.Owner.ShouldBe("new");
        (await FaultAsync(() => moments.FindAsync($"new[{renamed - 1}]", Cancel))).ShouldBe(
            (MomentFault.NotFound, $"there was no dataset 'new' as of position {renamed - 1}; `strata history new` tells from when to when it had that name"));
        (await FaultAsync(() => moments.FindAsync($"new[{again - 1}]", Cancel))).Fault.ShouldBe(MomentFault.NotFound);
        (await moments.FindAsync(MomentId.Of(_story.Dataset, again), Cancel)).ShouldBeNull();
    }

    [Fact]
    public async Task What_is_no_moment_of_this_log_is_said_in_words()
    {
        _story.Create("arms");
        using var folded = await Folded.UpToHead(_story.Log);
        var moments = folded.Models.Moments;

        (await FaultAsync(() => moments.FindAsync("arms[2]", Cancel))).ShouldBe((MomentFault.NotFound, "the log ends at position 1, found position 2; `strata history DATASET` lists positions and times"));
        (await FaultAsync(() => moments.FindAsync(MomentId.Of(_story.Dataset, 2), Cancel))).Fault.ShouldBe(MomentFault.NotFound);
        (await FaultAsync(() => moments.FindAsync("arms[2026-13-01]", Cancel))).ShouldBe(
            (MomentFault.Invalid, "'arms[2026-13-01]': expected in the brackets a log position, a date or a time such as 2026-11-22T10:00:00Z, found '2026-13-01'; `strata history DATASET` lists positions and times"));
        (await moments.FindAsync("arms[one]", Cancel)).ShouldBeNull();
        (await moments.FindAsync(DatasetId.New(), Cancel)).ShouldBeNull();
    }

    [Fact]
    public async Task A_dataset_that_is_called_like_a_moment_is_meant_by_its_name()
    {
        _story.Create("arms[1]");
        new Story(_story.Log, new string('2', 32)).Create("arms");
        using var folded = await Folded.UpToHead(_story.Log);
        var entry = (await folded.Models.Moments.FindAsync("arms[1]", Cancel))!;
        (entry.Dataset, entry.AsOf).ShouldBe((_story.Dataset, null));
    }

    [Fact]
    public async Task Two_datasets_whose_ids_end_alike_are_told_apart_by_name_only()
    {
        _story.Create("arms");
        new Story(_story.Log, "11111111111111110000000000000001").Create("legs");
        using var folded = await Folded.UpToHead(_story.Log);
        var moments = folded.Models.Moments;

        (await moments.FindAsync(MomentId.Of(_story.Dataset, 1), Cancel))!.Name.ShouldBe("arms[1]");
        var (fault, words) = await FaultAsync(() => moments.FindAsync(MomentId.Of(_story.Dataset, 2), Cancel));
        fault.ShouldBe(MomentFault.Invalid);
        words.ShouldContain("'arms[2]'");
        words.ShouldContain("'legs[2]'");
        (await moments.FindAsync("legs[2]", Cancel))!.Source.Value.ShouldStartWith("1111");
    }

    [Fact]
    public async Task A_time_is_the_longest_prefix_of_the_log_with_all_times_at_or_before_it()
    {
        _story.Create();
        for (var i = 2; i <= 3 * LogTimeRows.Stretch; i++)
        {
            _story.Register($"s{i % 7}", "base", $"{i}");
        }

        // As concurrent writers leave it: late ones with early times, and a tie.
        _story.Log.SetClock(_story.Log.Events[^1].RecordedAtNs - 500);
        for (var i = 0; i < LogTimeRows.Stretch; i++)
        {
            _story.Register("late", "base", $"{i}");
        }

        _story.Log.SetClock(100_000);
        _story.Register("b", "base", "one");
        _story.Log.SetClock(100_000);
        _story.Register("b", "base", "two");
        using var folded = await Folded.UpToHead(_story.Log);

        long[] times = [0, 1_009, 1_010, 1_011, .. _story.Log.Events.Where((_, k) => k % 13 == 0).SelectMany(e => new[] { e.RecordedAtNs - 1, e.RecordedAtNs }), 99_999, 100_000, 200_000];
        foreach (var time in times)
        {
            (await folded.Models.Moments.PositionAsync(new Moment.Time(time), Cancel)).ShouldBe(_story.Log.Events.TakeWhile(e => e.RecordedAtNs <= time).Count(), $"at {time}");
        }
    }

    [Fact]
    public async Task What_will_stand_at_a_time_that_is_still_to_come_is_not_told()
    {
        _story.Create();
        using var folded = await Folded.UpToHead(_story.Log);

        var refused = await Should.ThrowAsync<MomentException>(() => folded.Models.Moments.PositionAsync(new Moment.Time(long.MaxValue), Cancel));

        (refused.Fault, refused.Message).ShouldSatisfyAllConditions(
            told => told.Fault.ShouldBe(MomentFault.Invalid), told => told.Message.ShouldStartWith("expected a time that has passed, found 2262-04-11T23:47:16Z"));
    }

    [Fact]
    public async Task A_pin_is_a_listed_entry_that_shows_its_dataset_as_it_was()
    {
        _story.CreateWithCompanions(Blueprint, Asset, "arms");
        var at = _story.Register("a", "base", "one");
        var pinned = _story.Log.Append(new DatasetPinned(PinId, "arms v1", _story.Dataset, at, Story.Person));
        _story.Rename("hands");
        _story.Refer(null, null, null, null);
        _story.Delete(Blueprint, Asset);
        using var folded = await Folded.UpToHead(_story.Log);
        var entries = folded.Models.Entries;

        var pin = (await entries.ListAsync([DatasetKind.Recording], Cancel)).ShouldHaveSingleItem();
        (pin.Dataset, pin.Name, pin.Owner, pin.Source, pin.AsOf, pin.IsPin, pin.Revision).ShouldBe((PinId, "arms v1", "arms v1", _story.Dataset, at, true, pinned));
        (pin.BlueprintDataset, pin.AssetDataset).ShouldBe((MomentId.Of(Blueprint, at), MomentId.Of(Asset, at)));
        (await folded.Models.Moments.FindAsync(pin.BlueprintDataset!.Value, Cancel))!.Source.ShouldBe(Blueprint);
        (await entries.PinsAsync(null, Cancel)).ShouldBe([new Pin(PinId, "arms v1", _story.Dataset, at)]);
        (await entries.PinsAsync(Blueprint, Cancel)).ShouldBeEmpty();
        (await entries.ChangesAsync(pinned - 1, 1, Cancel)).ShouldBe([new EntryChange(pinned, PinId, EntryChangeKind.Created)]);

        _story.Log.Append(new DatasetRenamed(PinId, "arms v2", Story.Person));
        await folded.CatchUp();
        var moment = (await folded.Models.Moments.FindAsync($"arms v1[{pinned}]", Cancel))!;
        (moment.Source, moment.AsOf, moment.Owner, moment.BlueprintDataset).ShouldBe((_story.Dataset, at, "arms v2", MomentId.Of(Blueprint, at)));

        _story.Log.Append(new DatasetDeleted(PinId, Story.Person));
        await folded.CatchUp();
        (await entries.PinsAsync(null, Cancel)).ShouldBeEmpty();
        (await entries.ListAsync([DatasetKind.Recording], Cancel)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Rules_work_evaluations_and_given_properties_are_told_as_of_a_position()
    {
        _story.Create();
        _story.HowTo();
        var registered = _story.Register("a", "base", "one");
        var derived = _story.Derive("a", "tracking_error", "error");
        _story.Declare("tracking_error", ["base"], "tracking_error", """{"joints":[0]}""");
        _story.SetProperties("a", 11, Schemas.Properties(("tags:reviewed", true)));
        _story.Register("a", "base", "two");
        _story.Delete();
        using var folded = await Folded.UpToHead(_story.Log);
        for (var position = 1L; position <= _story.Log.Head; position++)
        {
            using var then = await Folded.UpToHead(_story.Log.UpTo(position));
            (await RulesAndWork(folded.Models, position)).ShouldBe(await RulesAndWork(then.Models, null), $"as of {position}");
        }

        (await RulesAndWork(folded.Models, registered)).ShouldContain("open tracking_error");
        (await RulesAndWork(folded.Models, derived)).ShouldContain("open quality");

        async Task<string> RulesAndWork(IReadModels models, long? asOf) => string.Join('\n', (string[])
        [
            .. (await models.Rules.ReadAsync(_story.Dataset, asOf, Cancel)).Select(r => r.ToString()),
            .. (await models.Work.OpenAsync(_story.Dataset, ["a"], asOf, Cancel)).Select(w => $"open {w.Rule} {w.WorkId}"),
            .. (await models.Evaluations.ReadAsync(_story.Dataset, "a", asOf, Cancel)).Select(e => e.ToString()),
            .. (await models.Evaluations.ReadAsync(_story.Dataset, null, asOf, Cancel)).Select(e => e.ToString()),
        ]);
    }

    private static async Task<(MomentFault Fault, string Words)> FaultAsync(Func<Task> ask)
    {
        var fault = await Should.ThrowAsync<MomentException>(ask);
        return (fault.Fault, fault.Message);
    }
}
