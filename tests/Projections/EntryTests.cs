using Strata.Contracts;
using Strata.Projections.Tests.Support;

namespace Strata.Projections.Tests;

public sealed class EntryTests
{
    private static readonly DatasetId Blueprint = DatasetId.Parse(new string('b', 32));
    private static readonly DatasetId Asset = DatasetId.Parse(new string('a', 32));

    private readonly Story _story = new(new FakeLog());

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Companions_are_entries_of_their_own_kind_and_in_no_list_of_recordings()
    {
        _story.CreateWithCompanions(Blueprint, Asset);
        using var folded = await Folded.UpToHead(_story.Log);
        var entries = folded.Models.Entries;

        (await entries.ListAsync([DatasetKind.Recording], Cancel)).Select(e => e.Name).ShouldBe(["arms"]);
        (await entries.ListAsync([DatasetKind.Blueprint, DatasetKind.Asset], Cancel)).Select(e => (e.Dataset, e.Kind)).ShouldBe([(Asset, DatasetKind.Asset), (Blueprint, DatasetKind.Blueprint)]);
        (await entries.ListAsync([], Cancel)).ShouldBeEmpty();
        var arms = await entries.FindAsync("arms", Cancel);
        (arms!.Kind, arms.BlueprintDataset, arms.AssetDataset).ShouldBe((DatasetKind.Recording, Blueprint, Asset));
        (await entries.FindAsync(EntryIdText.AssetName(_story.Dataset), Cancel))!.AssetDataset.ShouldBeNull();
    }

    [Fact]
    public async Task A_companion_belongs_to_the_dataset_under_whatever_name_that_has()
    {
        _story.CreateWithCompanions(Blueprint, Asset);
        _story.Rename("hands");
        using var folded = await Folded.UpToHead(_story.Log);
        var entries = folded.Models.Entries;
        foreach (var id in new[] { _story.Dataset, Blueprint, Asset })
        {
            (await entries.FindAsync(id, Cancel))!.Owner.ShouldBe("hands");
        }
    }

    [Fact]
    public async Task A_renamed_dataset_is_found_by_its_new_name_and_as_of_before_by_its_old_one()
    {
        var created = _story.Create("old");
        _story.Register("a", "base", "one");
        var renamed = _story.Rename("new");
        using var folded = await Folded.UpToHead(_story.Log);
        var entries = folded.Models.Entries;

        (await entries.FindAsync("old", Cancel)).ShouldBeNull();
        var entry = (await entries.FindAsync("new", Cancel))!;
        (entry.Dataset, entry.CreatedAtNs, entry.Revision).ShouldBe((_story.Dataset, 1010, renamed));
        (await entries.FindAsync("old", created, Cancel))!.Dataset.ShouldBe(_story.Dataset);
        (await entries.FindAsync("new", renamed - 1, Cancel)).ShouldBeNull();
        (await entries.FindFormerAsync("old", Cancel)).ShouldBe(new FormerName(_story.Dataset, "old", renamed));
        (await entries.FindFormerAsync("new", Cancel)).ShouldBeNull();
        (await folded.Models.Segments.ReadAsync(_story.Dataset, new TableQuery(), Cancel)).Length.ShouldBe(1);
    }

    [Fact]
    public async Task The_details_are_replaced_as_a_whole_and_the_name_stays()
    {
        _story.CreateWithCompanions(Blueprint, Asset);
        _story.Refer(Blueprint, "joints", "fleet", Asset);
        using var folded = await Folded.UpToHead(_story.Log);
        var entry = (await folded.Models.Entries.FindAsync("arms", Cancel))!;
        (entry.DefaultBlueprintSegment, entry.DefaultSegmentTableBlueprintSegment, entry.AssetDataset).ShouldBe(("joints", "fleet", Asset));

        _story.Refer(null, null, null, Asset);
        await folded.CatchUp();
        entry = (await folded.Models.Entries.FindAsync("arms", Cancel))!;
        (entry.BlueprintDataset, entry.DefaultBlueprintSegment, entry.DefaultSegmentTableBlueprintSegment, entry.AssetDataset).ShouldBe((null, null, null, Asset));
    }

    [Fact]
    public async Task Each_effective_change_raises_the_time_and_the_revision()
    {
        _story.Create();
        using var folded = await Folded.UpToHead(_story.Log);
        var before = (await folded.Models.Entries.FindAsync(_story.Dataset, Cancel))!;
        Action[] changes = [() => _story.Register("a", "base", "one"), () => _story.Rename("b"), () => _story.Refer(Blueprint, null, null, null), () => _story.Unregister("a", "base"), () => _story.HowTo()];
        foreach (var change in changes)
        {
            change();
            await folded.CatchUp();
            var after = (await folded.Models.Entries.FindAsync(_story.Dataset, Cancel))!;
            after.UpdatedAtNs.ShouldBeGreaterThan(before.UpdatedAtNs);
            after.Revision.ShouldBeGreaterThan(before.Revision);
            before = after;
        }
    }

    [Fact]
    public async Task A_deleted_dataset_is_in_no_current_table_and_in_every_earlier_one()
    {
        _story.Create();
        _story.HowTo();
        _story.Register("a", "base", "one", properties: Schemas.Properties(("episode:note", "x")));
        _story.Register("b", "base", "two");
        _story.Derive("a", "tracking_error", "error");
        using var folded = await Folded.UpToHead(_story.Log);
        var models = folded.Models;
        var before = await Histories.Show(models, _story.Dataset, null);
        var last = _story.Log.Head;
        (await models.Work.CountOpenAsync(null, Cancel)).ShouldBe(2);

        var deleted = _story.Delete();
        await folded.CatchUp();

        (await models.Entries.FindAsync("arms", Cancel)).ShouldBeNull();
        (await models.Entries.FindAsync(_story.Dataset, Cancel)).ShouldBeNull();
        (await models.Segments.ReadAsync(_story.Dataset, new TableQuery(), Cancel)).Length.ShouldBe(0);
        (await models.Manifest.ReadAsync(_story.Dataset, new TableQuery(), Cancel)).Length.ShouldBe(0);
        (await models.Schemas.ReadAsync(_story.Dataset, null, Cancel)).FieldCount.ShouldBe(0);
        (await models.Chunks.ReadAsync(_story.Dataset, "a", null, Cancel)).ShouldBeEmpty();
        (await models.Rules.ReadAsync(_story.Dataset, asOf: null, Cancel)).ShouldBeEmpty();
        (await models.Evaluations.ReadAsync(_story.Dataset, null, asOf: null, Cancel)).ShouldBeEmpty();
        (await models.Work.OpenAsync(10, 0, null, Cancel)).ShouldBeEmpty();
        (await models.Work.OpenAsync(_story.Dataset, ["a", "b"], asOf: null, Cancel)).ShouldBeEmpty();
        (await models.Work.CountOpenAsync(null, Cancel)).ShouldBe(0);
        (await models.Work.CountOpenAsync(_story.Dataset, Cancel)).ShouldBe(0);

        (await Histories.Show(models, _story.Dataset, last)).ShouldBe(before);
        (await models.Entries.FindAsync("arms", last, Cancel))!.Dataset.ShouldBe(_story.Dataset);
        (await models.Entries.FindFormerAsync("arms", Cancel)).ShouldBe(new FormerName(_story.Dataset, "arms", deleted));
    }

    [Fact]
    public async Task All_that_ever_had_a_name_are_known_whoever_has_it_now_first_and_each_as_it_is_or_was_last()
    {
        _story.Create();
        var deleted = _story.Delete();
        var renamed = new Story(_story.Log, new string('2', 32));
        renamed.Create();
        renamed.Rename("legs");
        var today = new Story(_story.Log, new string('3', 32));
        today.Create("hands");
        today.Rename("arms");
        using var folded = await Folded.UpToHead(_story.Log);
        var entries = folded.Models.Entries;

        (await entries.EverNamedAsync("arms", Cancel)).Select(k => (k.Entry.Dataset, k.Entry.Name, k.DeletedAtPosition))
            .ShouldBe([(today.Dataset, "arms", null), (renamed.Dataset, "legs", null), (_story.Dataset, "arms", deleted)]);
        (await entries.EverNamedAsync("feet", Cancel)).ShouldBeEmpty();
        (await entries.FindEverAsync(renamed.Dataset, Cancel))!.Entry.Owner.ShouldBe("legs");
        (await entries.FindEverAsync(DatasetId.Parse(new string('4', 32)), Cancel)).ShouldBeNull();
    }

    [Fact]
    public async Task Another_dataset_may_take_the_name_of_a_deleted_one_with_its_work()
    {
        _story.Create();
        _story.HowTo();
        _story.Register("a", "base", "one");
        _story.Delete();
        var second = new Story(_story.Log, new string('2', 32));
        second.Create();
        second.HowTo();
        second.Register("a", "base", "one");
        using var folded = await Folded.UpToHead(_story.Log);
        (await folded.Models.Entries.FindAsync("arms", Cancel))!.Dataset.ShouldBe(second.Dataset);
        (await folded.Models.Work.OpenAsync(10, 0, null, Cancel)).ShouldHaveSingleItem().Dataset.ShouldBe(second.Dataset);
        (await folded.Models.Entries.FindFormerAsync("arms", Cancel)).ShouldBeNull();
    }

    [Fact]
    public async Task Changes_of_entries_are_told_in_order_and_companions_go_with_their_dataset()
    {
        var created = _story.CreateWithCompanions(Blueprint, Asset) - 2;
        _story.Register("a", "base", "one");
        var renamed = _story.Rename("b");
        var referred = _story.Refer(Blueprint, null, null, Asset);
        var assetGone = _story.Log.Append(new DatasetDeleted(Asset, Story.Person));
        var deleted = _story.Delete(Blueprint) - 1;
        using var folded = await Folded.UpToHead(_story.Log);

        (await folded.Models.Entries.ChangesAsync(0, 100, Cancel)).ShouldBe(
        [
            new(created, _story.Dataset, EntryChangeKind.Created),
            new(renamed, _story.Dataset, EntryChangeKind.Changed),
            new(referred, _story.Dataset, EntryChangeKind.Changed),
            new(assetGone, Asset, EntryChangeKind.Deleted),
            new(deleted, _story.Dataset, EntryChangeKind.Deleted),
        ]);
        (await folded.Models.Entries.ChangesAsync(referred, 1, Cancel)).ShouldBe([new(assetGone, Asset, EntryChangeKind.Deleted)]);
        (await folded.Models.Entries.ChangesAsync(_story.Log.Head, 100, Cancel)).ShouldBeEmpty();
    }
}
