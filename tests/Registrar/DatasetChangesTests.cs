using Strata.Contracts;
using Strata.EventStore;

namespace Strata.Registrar.Tests;

public sealed class DatasetChangesTests
{
    [Fact]
    public async Task A_dataset_and_its_companions_are_one_append_of_three_streams()
    {
        await using var world = await World.OpenAsync();
        var outcome = await CreateAsync(world, "arm");
        var log = await world.LogAsync();
        log.Select(e => e.Type).ShouldBe(["dataset_created", "dataset_created", "dataset_created"]);
        (log.Select(e => e.CommandId).Distinct().Count(), log.Select(e => e.StreamId).Distinct().Count()).ShouldBe((1, 3));
        outcome.Position.ShouldBe(3);
        (await NamesAsync(world)).ShouldBe([EntryIdText.AssetName(outcome.Dataset), EntryIdText.BlueprintName(outcome.Dataset), "arm"]);
    }

    [Fact]
    public async Task A_chosen_id_is_taken_also_when_its_dataset_was_deleted()
    {
        await using var world = await World.OpenAsync();
        var id = DatasetId.Parse("11111111111111112222222222222222");
        (await CreateAsync(world, "arm", id)).Dataset.ShouldBe(id);
        await RefusedAsync(RefusalKind.AlreadyExists, "Entry id '11111111111111112222222222222222' already exists", () => CreateAsync(world, "other", id));
        await world.Registrar.DeleteDatasetAsync(new(id, World.Someone), World.Token);
        await RefusedAsync(RefusalKind.AlreadyExists, "Entry id '11111111111111112222222222222222' already exists", () => CreateAsync(world, "other", id));
        (await NamesAsync(world)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_rename_frees_the_old_name_and_takes_the_new_one()
    {
        await using var world = await World.OpenAsync();
        var (arm, leg) = (await CreateAsync(world, "arm"), await CreateAsync(world, "leg"));
        await RefusedAsync(RefusalKind.AlreadyExists, "Entry name 'leg' already exists", () => RenameAsync(world, arm.Dataset, "leg"));

        (await RenameAsync(world, arm.Dataset, "hand")).ShouldBe(new(arm.Dataset, "hand", Changed: true, 7));
        (await RenameAsync(world, arm.Dataset, "hand")).ShouldBe(new(arm.Dataset, "hand", Changed: false, 7));
        (await RenameAsync(world, arm.Dataset, null)).ShouldBe(new(arm.Dataset, "hand", Changed: false, 7));
        (await RenameAsync(world, leg.Dataset, "arm")).Changed.ShouldBeTrue();
        (await CreateAsync(world, "leg")).Created.ShouldBeTrue();
    }

    [Fact]
    public async Task What_is_registered_by_the_new_name_goes_into_the_same_dataset()
    {
        await using var world = await World.OpenAsync();
        var first = await world.RegisterAsync(world.File("a.rrd", TestSupport.Recordings.Scalars("a")));
        await RenameAsync(world, first.Dataset!.Value, "hand");
        var second = await world.Registrar.RegisterAsync(World.Command(OnDuplicate.Known, world.File("b.rrd", TestSupport.Recordings.Scalars("b"))) with { Dataset = "hand" }, null, World.Token);
        (second.Dataset, second.DatasetCreated).ShouldBe((first.Dataset, false));
    }

    [Fact]
    public async Task A_deleted_dataset_takes_its_companions_along_and_frees_all_names()
    {
        await using var world = await World.OpenAsync();
        var arm = await CreateAsync(world, "arm");
        var outcome = await world.Registrar.DeleteDatasetAsync(new(arm.Dataset, World.Someone), World.Token);
        outcome.Deleted.Length.ShouldBe(3);
        (await NamesAsync(world)).ShouldBeEmpty();
        (await world.LogAsync()).Skip(3).Select(e => (e.Type, e.CommandId)).Distinct().Count().ShouldBe(1);
        foreach (var id in outcome.Deleted)
        {
            await RefusedAsync(RefusalKind.NotFound, $"Entry id '{EntryIdText.Of(id)}' not found", () => world.Registrar.DeleteDatasetAsync(new(id, World.Someone), World.Token));
        }
    }

    [Fact]
    public async Task A_companion_that_was_deleted_before_is_no_error()
    {
        await using var world = await World.OpenAsync();
        var arm = await CreateAsync(world, "arm");
        var created = (await world.EventsAsync<DatasetCreated>())[0];
        await world.Registrar.DeleteDatasetAsync(new(created.AssetDataset!.Value, World.Someone), World.Token);
        (await world.Registrar.DeleteDatasetAsync(new(arm.Dataset, World.Someone), World.Token)).Deleted.ShouldBe([arm.Dataset, created.BlueprintDataset!.Value]);
    }

    [Fact]
    public async Task Nothing_is_done_in_a_deleted_dataset()
    {
        await using var world = await World.OpenAsync();
        var arm = await CreateAsync(world, "arm");
        var rule = new RuleDefinition("r", "d", ["base"], "out", CanonicalJson.EmptyObject);
        await world.Registrar.DeclareRuleAsync(new(arm.Dataset, rule, World.Someone), World.Token);
        await world.Registrar.DeleteDatasetAsync(new(arm.Dataset, World.Someone), World.Token);
        Func<Task>[] attempts =
        [
            () => RenameAsync(world, arm.Dataset, "x"),
            () => world.Registrar.ChangeDatasetDetailsAsync(new(arm.Dataset, DatasetDetails.Empty, World.Someone), World.Token),
            () => world.Registrar.DeclareRuleAsync(new(arm.Dataset, rule, World.Someone), World.Token),
            () => world.Registrar.UnregisterAsync(new(arm.Dataset, ["s"], [], World.Someone), World.Token),
            () => world.Registrar.ResumeRuleAsync(arm.Dataset, "r", "s", World.Someone, World.Token),
        ];
        foreach (var attempt in attempts)
        {
            await RefusedAsync(RefusalKind.NotFound, "was deleted", attempt);
        }

        var failed = new Evaluation.Failed(arm.Dataset, "s", "r", 1, Sha256Digest.Of([1]), [], FailureReasons.Unexpected, "", 1);
        (await world.Registrar.RecordEvaluationsAsync([failed], World.Token)).Single().Status.ShouldBe(EvaluationStatus.Superseded);
        (await world.Events.HeadAsync(World.Token)).ShouldBe(7);
    }

    [Fact]
    public async Task The_name_of_a_deleted_dataset_makes_a_new_one()
    {
        await using var world = await World.OpenAsync();
        var first = await world.RegisterAsync(world.File("a.rrd", TestSupport.Recordings.Scalars("a")));
        await world.Registrar.DeleteDatasetAsync(new(first.Dataset!.Value, World.Someone), World.Token);
        var second = await world.RegisterAsync(world.File("a.rrd", TestSupport.Recordings.Scalars("a")));
        second.DatasetCreated.ShouldBeTrue();
        second.Dataset.ShouldNotBe(first.Dataset);
        second.Recordings.Single().Status.ShouldBe("registered");
    }

    [Fact]
    public async Task The_table_of_entries_can_be_neither_renamed_nor_changed_nor_deleted()
    {
        await using var world = await World.OpenAsync();
        var table = SystemEntries.EntriesTableId;
        await RefusedAsync(RefusalKind.FailedPrecondition, "__entries", () => RenameAsync(world, table, "x"));
        await RefusedAsync(RefusalKind.FailedPrecondition, "__entries", () => world.Registrar.DeleteDatasetAsync(new(table, World.Someone), World.Token));
        await RefusedAsync(RefusalKind.FailedPrecondition, "__entries", () => world.Registrar.ChangeDatasetDetailsAsync(new(table, DatasetDetails.Empty, World.Someone), World.Token));
        await RefusedAsync(RefusalKind.AlreadyExists, "Entry name '__entries' already exists", () => CreateAsync(world, "__entries"));
        await RefusedAsync(RefusalKind.AlreadyExists, "Entry name '__entries' already exists", () => world.Registrar.RegisterAsync(
            World.Command(OnDuplicate.Known, world.File("a.rrd", TestSupport.Recordings.Scalars("a"))) with { Dataset = "__entries" }, null, World.Token));
    }

    [Fact]
    public async Task Of_many_who_take_one_name_at_once_one_gets_it()
    {
        await using var world = await World.OpenAsync();
        var datasets = new List<DatasetId>();
        foreach (var k in Enumerable.Range(0, 8))
        {
            datasets.Add((await CreateAsync(world, $"d{k}")).Dataset);
        }

        var outcomes = await Task.WhenAll(datasets.Select(d => Task.Run(async () =>
        {
            try
            {
                return (await world.NewRegistrar().RenameDatasetAsync(new(d, "wanted", World.Someone), World.Token)).Changed;
            }
            catch (CommandRefusedException e) when (e.Kind == RefusalKind.AlreadyExists)
            {
                return false;
            }
        })));
        outcomes.Count(won => won).ShouldBe(1);
        (await NamesAsync(world)).Count(n => n == "wanted").ShouldBe(1);
        (await NamesAsync(world)).Count(n => n.StartsWith('d')).ShouldBe(7);
    }

    [Fact]
    public async Task A_registration_that_meets_the_deletion_of_its_dataset_is_decided_anew()
    {
        await using var world = await World.OpenAsync();
        var arm = await CreateAsync(world, "robots");
        var deleting = new BeforeFirstAppend(world.Events, () => world.Registrar.DeleteDatasetAsync(new(arm.Dataset, World.Someone), World.Token));
        var outcome = await world.NewRegistrar(deleting).RegisterAsync(
            World.Command(OnDuplicate.Known, world.File("a.rrd", TestSupport.Recordings.Scalars("a"))), null, World.Token);

        // By name, the dataset that is gone is one that was never there: it is created on first use.
        (outcome.DatasetCreated, outcome.Dataset == arm.Dataset).ShouldBe((true, false));
        (await world.EventsAsync<LayerRegistered>()).Single().Dataset.ShouldBe(outcome.Dataset!.Value);
    }

    [Fact]
    public async Task Blueprints_that_are_deleted_while_the_details_change_to_them_are_refused()
    {
        await using var world = await World.OpenAsync();
        var (arm, leg) = (await CreateAsync(world, "arm"), await CreateAsync(world, "leg"));
        var blueprints = (await world.EventsAsync<DatasetCreated>()).Single(e => e.Dataset == leg.Dataset).BlueprintDataset!.Value;
        var deleting = new BeforeFirstAppend(world.Events, () => world.Registrar.DeleteDatasetAsync(new(blueprints, World.Someone), World.Token));
        await RefusedAsync(
            RefusalKind.Invalid,
            "dataset blueprint dataset does not exist",
            () => world.NewRegistrar(deleting).ChangeDatasetDetailsAsync(new(arm.Dataset, new(blueprints, "s", null, null), World.Someone), World.Token));
    }

    [Fact]
    public async Task Datasets_of_an_old_log_get_companions_in_one_append_each_and_only_once()
    {
        await using var world = await World.OpenAsync();
        var (old, second) = (DatasetId.New(), DatasetId.New());
        await CreateAsync(world, "new");
        await world.Events.AppendAsync(OldDataset(old, "old"), World.Token);
        await world.Events.AppendAsync(OldDataset(second, "second"), World.Token);
        var head = await world.Events.HeadAsync(World.Token);

        (await world.Registrar.AddMissingCompanionsAsync(World.Someone, World.Token)).ShouldBe(2);
        (await world.Registrar.AddMissingCompanionsAsync(World.Someone, World.Token)).ShouldBe(0);

        var added = (await world.LogAsync()).Where(e => e.Position > head).ToList();
        added.Select(e => e.Type).ShouldBe(["dataset_created", "dataset_created", "dataset_details_changed", "dataset_created", "dataset_created", "dataset_details_changed"]);
        added.Select(e => e.CommandId).Distinct().Count().ShouldBe(2);
        added.Select(e => e.Event).OfType<DatasetDetailsChanged>().Select(e => e.Dataset).ShouldBe([old, second], ignoreOrder: true);
        (await NamesAsync(world)).ShouldContain(EntryIdText.BlueprintName(old));
        (await world.Registrar.DeleteDatasetAsync(new(old, World.Someone), World.Token)).Deleted.Length.ShouldBe(3);
    }

    private static Append OldDataset(DatasetId id, string name) => new(
        $"create-{name}",
        [new(StreamIds.Dataset(id), 0, [new DatasetCreated(id, name, KeepMode.Auto)])],
        [new Guard.Claim(GuardScopes.EntryName, name, id.Value), new Guard.Put(GuardScopes.Dataset, id.Value, name)],
        []);

    private static Task<DatasetOutcome> CreateAsync(World world, string name, DatasetId? id = null) =>
        world.Registrar.CreateDatasetAsync(new(name, KeepMode.Auto, [], World.Someone) { Id = id, MustNotExist = true }, World.Token);

    private static Task<RenameOutcome> RenameAsync(World world, DatasetId dataset, string? name) =>
        world.Registrar.RenameDatasetAsync(new(dataset, name, World.Someone), World.Token);

    private static async Task<IReadOnlyList<string>> NamesAsync(World world) =>
        [.. (await world.Events.ReadGuardsAsync(GuardScopes.EntryName, World.Token)).Select(r => r.Key).Order(StringComparer.Ordinal)];

    private static async Task RefusedAsync(RefusalKind kind, string part, Func<Task> attempt)
    {
        var refused = await Should.ThrowAsync<CommandRefusedException>(attempt);
        refused.Kind.ShouldBe(kind);
        refused.Message.ShouldContain(part);
    }

    /// <summary>Somebody else is a moment faster.</summary>
    private sealed class BeforeFirstAppend(IEventStore inner, Func<Task> first) : IEventStore
    {
        private Func<Task>? _first = first;

        public async Task<AppendResult> AppendAsync(Append append, CancellationToken cancellationToken)
        {
            if (Interlocked.Exchange(ref _first, null) is { } faster)
            {
                await faster();
            }

            return await inner.AppendAsync(append, cancellationToken);
        }

        public Task<EventPage> ReadAsync(long afterPosition, int maxEvents, CancellationToken cancellationToken) => inner.ReadAsync(afterPosition, maxEvents, cancellationToken);

        public Task<IReadOnlyList<StreamState>> ReadStreamsAsync(IReadOnlyList<string> streamIds, CancellationToken cancellationToken) =>
            inner.ReadStreamsAsync(streamIds, cancellationToken);

        public Task<long> HeadAsync(CancellationToken cancellationToken) => inner.HeadAsync(cancellationToken);

        public Task WaitForEventsAsync(long afterPosition, CancellationToken cancellationToken) => inner.WaitForEventsAsync(afterPosition, cancellationToken);

        public Task<IReadOnlyDictionary<Sha256Digest, ReadOnlyMemory<byte>>> ReadBlobsAsync(IReadOnlyCollection<Sha256Digest> hashes, CancellationToken cancellationToken) =>
            inner.ReadBlobsAsync(hashes, cancellationToken);

        public Task<IReadOnlyList<GuardRow>> ReadGuardsAsync(string scope, CancellationToken cancellationToken) => inner.ReadGuardsAsync(scope, cancellationToken);
    }
}
