using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using Strata.Contracts;
using static Strata.Registrar.Tests.Events;

namespace Strata.Registrar.Tests;

/// <summary>What may be decided about datasets, over any order of commands: one catalog in memory, each command decided upon what stands then.</summary>
public sealed class DatasetDecisionsTests
{
    private static readonly string[] NamesUsed = ["a", "b", "c"];

    private sealed record Step(int Kind, int Target, int Name, int Other);

    [Fact]
    public void Names_are_unique_ids_are_never_reused_and_no_companion_outlives_its_dataset() => Prop.ForAll(
        Steps(),
        steps =>
        {
            var catalog = new Catalog();
            foreach (var step in steps)
            {
                catalog.Do(step, catalog.Datasets);
                catalog.Check();
            }
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_same_command_again_is_refused_or_appends_nothing() => Prop.ForAll(
        Steps(),
        steps =>
        {
            var catalog = new Catalog();
            foreach (var step in steps)
            {
                var among = catalog.Datasets;
                catalog.Do(step, among);
                var before = catalog.Log.Count;
                catalog.Do(step, among);
                catalog.Log.Count.ShouldBe(before);
            }
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_dataset_is_created_with_its_rules_and_two_companions_that_have_none()
    {
        var ids = new NewDataset(Dataset, Id('b'), Id('a'));
        var rule = new RuleDefinition("r", "d", ["base"], "out", CanonicalJson.EmptyObject);
        CreateDataset.Decide(DatasetState.Empty, ids, new("arm", KeepMode.Copy, [rule], Someone), EntryNames.Empty).ShouldBe(
        [
            new DatasetCreated(Dataset, "arm", KeepMode.Copy) { BlueprintDataset = Id('b'), AssetDataset = Id('a'), Source = Someone },
            new RuleDeclared(Dataset, "r", 1, "d", ["base"], "out", CanonicalJson.EmptyObject),
            new DatasetCreated(Id('b'), "__bp_DDDDDDDDDDDDDDDDdddddddddddddddd", KeepMode.Copy) { Kind = DatasetKind.Blueprint, CompanionOf = Dataset, Source = Someone },
            new DatasetCreated(Id('a'), "__as_DDDDDDDDDDDDDDDDdddddddddddddddd", KeepMode.Copy) { Kind = DatasetKind.Asset, CompanionOf = Dataset, Source = Someone },
        ]);
    }

    [Theory]
    [InlineData("__entries", false, "Entry name '__entries' already exists")]
    [InlineData("taken", true, "Entry name 'taken' already exists")]
    [InlineData("free", true, "Entry name '__as_DDDDDDDDDDDDDDDDdddddddddddddddd' already exists")]
    public void A_taken_name_is_refused_in_Reruns_words(string name, bool mustNotExist, string refusal)
    {
        var names = new EntryNames(new Dictionary<string, DatasetId> { ["taken"] = Id('1'), ["__as_DDDDDDDDDDDDDDDDdddddddddddddddd"] = Id('2') });
        var refused = Should.Throw<CommandRefusedException>(() => CreateDataset.Decide(
            DatasetState.Empty, new(Dataset, Id('b'), Id('a')), new(name, KeepMode.Auto, [], Someone) { MustNotExist = mustNotExist }, names));
        (refused.Kind, refused.Message).ShouldBe((RefusalKind.AlreadyExists, refusal));
    }

    [Fact]
    public void The_id_of_a_dataset_is_taken_for_ever_and_so_is_that_of_the_table_of_entries()
    {
        var deleted = DatasetAfter(new DatasetCreated(Dataset, "arm", KeepMode.Auto), new DatasetDeleted(Dataset, Someone));
        foreach (var (state, id) in new[] { (deleted, Dataset), (DatasetState.Empty, SystemEntries.EntriesTableId) })
        {
            var refused = Should.Throw<CommandRefusedException>(() => CreateDataset.Decide(state, new(id, Id('b'), Id('a')), new("free", KeepMode.Auto, [], Someone), EntryNames.Empty));
            (refused.Kind, refused.Message).ShouldBe((RefusalKind.AlreadyExists, $"Entry id '{EntryIdText.Of(id)}' already exists"));
        }
    }

    [Fact]
    public void A_dataset_of_an_old_log_gets_companions_once_and_no_other_does()
    {
        var old = DatasetAfter(new DatasetCreated(Dataset, "arm", KeepMode.Copy));
        var events = AddCompanions.Decide(old, new(Dataset, Id('b'), Id('a')), Someone, EntryNames.Empty);
        events.Select(e => e.GetType()).ShouldBe([typeof(DatasetCreated), typeof(DatasetCreated), typeof(DatasetDetailsChanged)]);
        var after = old.Apply(events[2], 9);
        after.Details.ShouldBe(new DatasetDetails(Id('b'), null, null, Id('a')));

        var blueprints = DatasetAfter(new DatasetCreated(Dataset, "x", KeepMode.Auto) { Kind = DatasetKind.Blueprint });
        var deleted = old.Apply(new DatasetDeleted(Dataset, Someone), 9);
        var cleared = after.Apply(new DatasetDetailsChanged(Dataset, null, null, null, null, Someone), 10);
        foreach (var state in new[] { after, blueprints, deleted, cleared, DatasetState.Empty })
        {
            AddCompanions.Decide(state, new(Dataset, Id('c'), Id('e')), Someone, EntryNames.Empty).ShouldBeEmpty();
        }
    }

    public static TheoryData<string, string> BadDetails => new()
    {
        { "segment alone", "default dataset blueprint requires a blueprint dataset" },
        { "table segment alone", "default dataset blueprint requires a blueprint dataset" },
        { "unknown blueprint", "dataset blueprint dataset does not exist: Entry id '99999999999999999999999999999999' not found" },
        { "deleted blueprint", "dataset blueprint dataset does not exist: Entry id '66666666666666666666666666666666' not found" },
        { "recording as blueprint", "dataset blueprint dataset must be a blueprint dataset" },
        { "unknown asset", "dataset asset dataset does not exist: Entry id '99999999999999999999999999999999' not found" },
        { "blueprint as asset", "dataset asset dataset must be an asset dataset" },
    };

    [Theory]
    [MemberData(nameof(BadDetails))]
    public void Details_that_refer_to_what_is_not_there_are_refused(string what, string refusal)
    {
        var details = what switch
        {
            "segment alone" => new DatasetDetails(null, "s", null, null),
            "table segment alone" => new(null, null, "s", null),
            "unknown blueprint" => new(Id('9'), null, null, null),
            "deleted blueprint" => new(Id('6'), null, null, null),
            "recording as blueprint" => new(Id('3'), null, null, null),
            "unknown asset" => new(null, null, null, Id('9')),
            _ => new(null, null, null, Id('4')),
        };
        var refused = Should.Throw<CommandRefusedException>(() => Change(WithCompanions(), details));
        (refused.Kind, refused.Message).ShouldBe((RefusalKind.Invalid, refusal));
    }

    [Fact]
    public void Details_without_an_asset_dataset_keep_the_present_one_and_the_segment_need_not_exist() =>
        Change(WithCompanions(), new(Id('4'), "nowhere", "neither", null)).ShouldBe([new DatasetDetailsChanged(Dataset, Id('4'), "nowhere", "neither", Id('5'), Someone)]);

    [Fact]
    public void The_same_details_again_are_no_event() => Change(WithCompanions(), new(Id('4'), null, null, Id('5'))).ShouldBeEmpty();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_deleted_asset_dataset_is_made_anew_also_when_its_id_is_sent_back(bool sentBack)
    {
        var state = WithCompanions().Apply(new DatasetDetailsChanged(Dataset, Id('4'), null, null, Id('7'), Someone), 5);
        Change(state, new(Id('4'), null, null, sentBack ? Id('7') : null)).ShouldBe(
        [
            new DatasetCreated(Id('f'), EntryIdText.AssetName(Dataset), KeepMode.Auto) { Kind = DatasetKind.Asset, CompanionOf = Dataset, Source = Someone },
            new DatasetDetailsChanged(Dataset, Id('4'), null, null, Id('f'), Someone),
        ]);
    }

    [Fact]
    public void A_blueprint_dataset_gets_no_asset_dataset()
    {
        var blueprints = DatasetAfter(new DatasetCreated(Dataset, "x", KeepMode.Auto) { Kind = DatasetKind.Blueprint });
        Change(blueprints, DatasetDetails.Empty).ShouldBeEmpty();
    }

    [Fact]
    public void Only_companions_of_its_own_go_with_a_dataset()
    {
        var events = DeleteDataset.Decide(
            [
                (Id('4'), Made(DatasetKind.Blueprint, Dataset)),
                (Id('5'), Made(DatasetKind.Asset, Dataset).Apply(new DatasetDeleted(Id('5'), Someone), 3)),
                (Id('8'), Made(DatasetKind.Blueprint, Id('1'))),
            ],
            new(Dataset, Someone));
        events.Cast<DatasetDeleted>().Select(e => e.Dataset).ShouldBe([Dataset, Id('4')]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a/b")]
    [InlineData("ä")]
    public void A_name_that_is_not_allowed_is_refused(string name) => Should.Throw<CommandRefusedException>(
        () => RenameDataset.Decide(WithCompanions(), new(Dataset, name, Someone), EntryNames.Empty)).Kind.ShouldBe(RefusalKind.Invalid);

    [Fact]
    public void No_name_and_the_same_name_change_nothing()
    {
        RenameDataset.Decide(WithCompanions(), new(Dataset, null, Someone), EntryNames.Empty).ShouldBeEmpty();
        RenameDataset.Decide(WithCompanions(), new(Dataset, "arm", Someone), new(new Dictionary<string, DatasetId> { ["arm"] = Dataset })).ShouldBeEmpty();
    }

    private static DatasetId Id(char digit) => DatasetId.Parse(new string(digit, 32));

    private static DatasetState WithCompanions() => DatasetAfter(new DatasetCreated(Dataset, "arm", KeepMode.Auto) { BlueprintDataset = Id('4'), AssetDataset = Id('5') });

    private static DatasetState Made(DatasetKind kind, DatasetId of) => DatasetAfter(new DatasetCreated(Dataset, "x", KeepMode.Auto) { Kind = kind, CompanionOf = of });

    private static ImmutableArray<StrataEvent> Change(DatasetState state, DatasetDetails details) => ChangeDatasetDetails.Decide(
        state,
        new(Dataset, details, Someone),
        id => id.Value[0] switch
        {
            '3' => Made(DatasetKind.Recording, default),
            '4' => Made(DatasetKind.Blueprint, Dataset),
            '5' => Made(DatasetKind.Asset, Dataset),
            '6' or '7' => Made(DatasetKind.Asset, Dataset).Apply(new DatasetDeleted(Dataset, Someone), 3),
            _ => DatasetState.Empty,
        },
        Id('f'),
        EntryNames.Empty);

    private static Arbitrary<Step[]> Steps() =>
        (from kind in Gen.Choose(0, 4)
         from target in Gen.Choose(0, 11)
         from name in Gen.Choose(0, 2)
         from other in Gen.Choose(0, 11)
         select new Step(kind, target, name, other)).ArrayOf().ToArbitrary();

    /// <summary>All datasets that there ever were, by the order of their creation.</summary>
    private sealed class Catalog
    {
        private readonly List<DatasetId> _ids = [];
        private readonly Dictionary<DatasetId, DatasetState> _states = [];

        public List<StrataEvent> Log { get; } = [];

        public int Datasets => _ids.Count;

        /// <param name="among">A step names its dataset by number, among the first so many.</param>
        public void Do(Step step, int among)
        {
            try
            {
                foreach (var @event in Decide(step, among))
                {
                    Log.Add(@event);
                    Apply(@event);
                }
            }
            catch (CommandRefusedException)
            {
                // Refused: nothing happened.
            }
        }

        public void Check()
        {
            var living = _states.Where(s => s.Value.Exists).ToList();
            living.Select(s => s.Value.Name).ShouldBeUnique();
            Log.OfType<DatasetCreated>().Select(e => e.Dataset).ShouldBeUnique();
            foreach (var (_, state) in living)
            {
                if (state.Created!.CompanionOf is { } of)
                {
                    _states[of].Exists.ShouldBeTrue();
                }
            }
        }

        private EntryNames Taken => new(_states.Where(s => s.Value.Exists).ToDictionary(s => s.Value.Name, s => s.Key));

        private ImmutableArray<StrataEvent> Decide(Step step, int among)
        {
            var name = NamesUsed[step.Name];
            if (step.Kind == 0)
            {
                var id = Nth(step.Target);
                return CreateDataset.Decide(State(id), new(id, Fresh(1), Fresh(2)), new(name, KeepMode.Auto, [], Someone) { MustNotExist = true }, Taken);
            }

            if (among == 0 || !State(_ids[step.Target % among]).Exists)
            {
                return [];
            }

            var target = _ids[step.Target % among];
            var other = _ids[step.Other % among];
            return step.Kind switch
            {
                1 => RenameDataset.Decide(State(target), new(target, name, Someone), Taken),
                2 => DeleteDataset.Decide(State(target).Referred.Select(id => (id, State(id))), new(target, Someone)),
                3 => ChangeDatasetDetails.Decide(State(target), new(target, new(other, name, null, null), Someone), State, Fresh(1), Taken),
                _ => ChangeDatasetDetails.Decide(State(target), new(target, new(null, null, null, other), Someone), State, Fresh(1), Taken),
            };
        }

        private void Apply(StrataEvent @event)
        {
            var id = @event switch
            {
                DatasetCreated e => e.Dataset,
                DatasetRenamed e => e.Dataset,
                DatasetDeleted e => e.Dataset,
                DatasetDetailsChanged e => e.Dataset,
                _ => throw new InvalidOperationException(@event.GetType().Name),
            };
            if (@event is DatasetCreated)
            {
                _ids.Add(id);
            }

            _states[id] = State(id).Apply(@event, Log.Count);
        }

        private DatasetState State(DatasetId id) => _states.GetValueOrDefault(id, DatasetState.Empty);

        /// <summary>Chosen ids, so that they clash.</summary>
        private static DatasetId Nth(int n) => DatasetId.Parse($"{n:x32}");

        private DatasetId Fresh(int k) => DatasetId.Parse($"ff{Log.Count:x28}{k:x2}");
    }
}
