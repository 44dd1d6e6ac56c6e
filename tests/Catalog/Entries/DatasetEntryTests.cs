using Grpc.Core;
using Strata.Catalog.Entries;
using Strata.Catalog.Protocol;
using Strata.Contracts;
using static Strata.Catalog.Tests.Entries.EntryClient;
using DatasetDetails = Strata.Catalog.Protocol.DatasetDetails;
using DatasetKind = Strata.Catalog.Protocol.DatasetKind;

namespace Strata.Catalog.Tests.Entries;

/// <summary>Source: catalog-protocol §2.5, §5.3, §5.4.</summary>
public sealed class DatasetEntryTests : IAsyncLifetime
{
    private CatalogHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await CatalogHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_dataset_is_created_with_a_blueprint_and_an_asset_dataset_and_no_default_blueprint()
    {
        var arm = await _host.CreateAsync("arm");
        (arm.Details.Name, arm.Details.EntryKind).ShouldBe(("arm", EntryKind.Dataset));
        (arm.DatasetHandle.EntryId, arm.DatasetHandle.StoreKind, arm.DatasetHandle.DatasetKind).ShouldBe((arm.Details.Id, StoreKind.Recording, DatasetKind.Recording));
        Uri.TryCreate(arm.DatasetHandle.DatasetUrl, UriKind.Absolute, out _).ShouldBeTrue();
        (arm.DatasetDetails.DefaultBlueprintSegment, arm.DatasetDetails.DefaultSegmentTableBlueprintSegment).ShouldBe((null, null));
        (await _host.ReadAsync(arm.Details.Id)).ShouldBe(arm);

        var blueprints = await _host.ReadAsync(arm.DatasetDetails.BlueprintDataset);
        (blueprints.Details.Name, blueprints.Details.EntryKind).ShouldBe(($"__bp_{HexOf(arm.Details.Id)}", EntryKind.BlueprintDataset));
        (blueprints.DatasetHandle.StoreKind, blueprints.DatasetHandle.DatasetKind, blueprints.DatasetDetails).ShouldBe((StoreKind.Blueprint, DatasetKind.Blueprint, new DatasetDetails()));
        var assets = await _host.ReadAsync(arm.DatasetDetails.AssetDataset);
        (assets.Details.Name, assets.Details.EntryKind).ShouldBe(($"__as_{HexOf(arm.Details.Id)}", EntryKind.AssetDataset));
        (assets.DatasetHandle.StoreKind, assets.DatasetHandle.DatasetKind, assets.DatasetDetails).ShouldBe((StoreKind.Recording, DatasetKind.Asset, new DatasetDetails()));
    }

    [Fact]
    public async Task A_name_and_an_id_are_given_once_and_a_refused_creation_leaves_nothing_behind()
    {
        var id = DatasetId.Parse("11111111111111112222222222222222");
        (await _host.CreateAsync("arm", id)).Details.Id.ToDatasetId().ShouldBe(id);
        var before = await _host.NamesAsync(AllKinds);
        await RefusedAsync(StatusCode.AlreadyExists, "Entry name 'arm' already exists", () => _host.CreateAsync("arm"));
        await RefusedAsync(StatusCode.AlreadyExists, "Entry id '11111111111111112222222222222222' already exists", () => _host.CreateAsync("leg", id));
        await RefusedAsync(StatusCode.AlreadyExists, "Entry name '__entries' already exists", () => _host.CreateAsync("__entries"));
        (await _host.NamesAsync(AllKinds)).ShouldBe(before);
    }

    [Theory]
    [InlineData("", "invalid entry name: name '' must not be empty")]
    [InlineData("a/b", "invalid entry name: name 'a/b' contains invalid character '/'")]
    [InlineData("ä", "invalid entry name: name 'ä' contains invalid character 'ä'")]
    public async Task A_name_that_is_not_allowed_is_refused_when_creating_and_when_renaming(string name, string refusal)
    {
        var arm = await _host.CreateAsync("arm");
        foreach (var call in new Func<Task>[] { () => _host.CreateAsync(name), () => _host.RenameAsync(arm.Details.Id, name) })
        {
            var refused = await Should.ThrowAsync<RpcException>(call);
            refused.StatusCode.ShouldBe(StatusCode.InvalidArgument);
            refused.Status.Detail.ShouldStartWith(refusal);
        }
    }

    [Fact]
    public async Task What_a_request_lacks_is_named()
    {
        var arm = await _host.CreateAsync("arm");
        await RefusedAsync(
            StatusCode.InvalidArgument,
            "missing required field: 'rerun.cloud.v1alpha1.CreateDatasetEntryRequest.name'",
            () => _host.CallAsync<CreateDatasetEntryRequest, CreateDatasetEntryResponse>("CreateDatasetEntry", new()));
        await RefusedAsync(
            StatusCode.InvalidArgument,
            "missing required field: 'rerun.cloud.v1alpha1.UpdateEntryRequest.entry_details_update'",
            () => _host.CallAsync<UpdateEntryRequest, UpdateEntryResponse>("UpdateEntry", new() { Id = arm.Details.Id }));
        await RefusedAsync(
            StatusCode.InvalidArgument, "missing required field: 'rerun.cloud.v1alpha1.UpdateDatasetEntryRequest.dataset_details'", () => _host.DetailAsync(arm.Details.Id, null));
        await RefusedAsync(
            StatusCode.InvalidArgument,
            "missing required field: 'rerun.common.v1alpha1.SegmentId.id'",
            () => _host.DetailAsync(arm.Details.Id, new() { BlueprintDataset = arm.DatasetDetails.BlueprintDataset, DefaultBlueprintSegment = new() }));
    }

    [Fact]
    public async Task A_rename_keeps_the_id_and_raises_the_time_and_the_same_name_does_not()
    {
        var arm = await _host.CreateAsync("arm");
        await _host.CreateAsync("leg");
        var renamed = await _host.RenameAsync(arm.Details.Id, "hand");
        (renamed.Id, renamed.Name, renamed.CreatedAt).ShouldBe((arm.Details.Id, "hand", arm.Details.CreatedAt));
        renamed.UpdatedAt.ShouldBeGreaterThan(arm.Details.UpdatedAt);
        (await _host.RenameAsync(arm.Details.Id, "hand")).ShouldBe(renamed);
        (await _host.RenameAsync(arm.Details.Id, null)).ShouldBe(renamed);
        await RefusedAsync(StatusCode.AlreadyExists, "Entry name 'leg' already exists", () => _host.RenameAsync(arm.Details.Id, "leg"));
        await RefusedAsync(StatusCode.AlreadyExists, "Entry name '__entries' already exists", () => _host.RenameAsync(arm.Details.Id, "__entries"));
        (await _host.CreateAsync("arm")).Details.Id.ShouldNotBe(arm.Details.Id);
        (await _host.ReadAsync(arm.DatasetDetails.BlueprintDataset)).Details.Name.ShouldBe($"__bp_{HexOf(arm.Details.Id)}");
    }

    [Fact]
    public async Task Details_are_stored_as_a_whole_and_an_asset_dataset_that_is_left_out_stays()
    {
        var arm = await _host.CreateAsync("arm");
        var details = new DatasetDetails
        {
            BlueprintDataset = arm.DatasetDetails.BlueprintDataset,
            DefaultBlueprintSegment = new() { Id = "nowhere" },
            DefaultSegmentTableBlueprintSegment = new() { Id = "neither" },
        };
        var updated = await _host.DetailAsync(arm.Details.Id, details);
        details.AssetDataset = arm.DatasetDetails.AssetDataset;
        updated.DatasetDetails.ShouldBe(details);
        updated.Details.UpdatedAt.ShouldBeGreaterThan(arm.Details.UpdatedAt);
        (await _host.ReadAsync(arm.Details.Id)).ShouldBe(updated);

        (await _host.DetailAsync(arm.Details.Id, new())).DatasetDetails.ShouldBe(new DatasetDetails { AssetDataset = arm.DatasetDetails.AssetDataset });
    }

    [Fact]
    public async Task Details_that_refer_to_what_is_not_there_are_refused_in_Reruns_words()
    {
        var (arm, leg) = (await _host.CreateAsync("arm"), await _host.CreateAsync("leg"));
        var unknown = DatasetId.Parse("00000000000000010000000000000001").ToMessage();
        Func<DatasetDetails, Task> update = details => _host.DetailAsync(arm.Details.Id, details);
        await RefusedAsync(StatusCode.InvalidArgument, "default dataset blueprint requires a blueprint dataset", () => update(new() { DefaultBlueprintSegment = new() { Id = "x" } }));
        await RefusedAsync(StatusCode.InvalidArgument, "dataset blueprint dataset must be a blueprint dataset", () => update(new() { BlueprintDataset = leg.Details.Id }));
        await RefusedAsync(
            StatusCode.InvalidArgument, "dataset blueprint dataset does not exist: Entry id '00000000000000010000000000000001' not found", () => update(new() { BlueprintDataset = unknown }));
        await RefusedAsync(
            StatusCode.InvalidArgument, "dataset asset dataset does not exist: Entry id '00000000000000010000000000000001' not found", () => update(new() { AssetDataset = unknown }));
        await RefusedAsync(
            StatusCode.InvalidArgument,
            $"dataset blueprint dataset does not exist: Entry id '{HexOf(SystemEntries.EntriesTableId.ToMessage())}' not found",
            () => update(new() { BlueprintDataset = SystemEntries.EntriesTableId.ToMessage() }));
        await RefusedAsync(StatusCode.NotFound, "Entry id '00000000000000010000000000000001' not found", () => _host.DetailAsync(unknown, new()));
        (await _host.ReadAsync(arm.Details.Id)).ShouldBe(arm);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_deleted_asset_dataset_is_replaced_by_a_new_one_at_the_next_update(bool sentBack)
    {
        var arm = await _host.CreateAsync("arm");
        var stale = arm.DatasetDetails.AssetDataset;
        await _host.DeleteAsync(stale);
        var updated = await _host.DetailAsync(arm.Details.Id, new() { BlueprintDataset = arm.DatasetDetails.BlueprintDataset, AssetDataset = sentBack ? stale : null });
        updated.DatasetDetails.AssetDataset.ShouldNotBe(stale);
        (await _host.ReadAsync(updated.DatasetDetails.AssetDataset)).Details.Name.ShouldBe($"__as_{HexOf(arm.Details.Id)}");
        await _host.DeleteAsync(arm.Details.Id);
        (await _host.NamesAsync(AllKinds)).ShouldBe(["__entries"]);
    }

    [Fact]
    public async Task A_deleted_dataset_is_gone_everywhere_with_its_companions()
    {
        var arm = await _host.CreateAsync("arm");
        await _host.DeleteAsync(arm.Details.Id);
        (await _host.NamesAsync(AllKinds)).ShouldBe(["__entries"]);
        foreach (var id in new[] { arm.Details.Id, arm.DatasetDetails.BlueprintDataset, arm.DatasetDetails.AssetDataset })
        {
            var refusal = $"Entry id '{HexOf(id)}' not found";
            await RefusedAsync(StatusCode.NotFound, refusal, () => _host.ReadAsync(id));
            (await Should.ThrowAsync<RpcException>(() => _host.DeleteAsync(id))).Status.Detail.ShouldStartWith(refusal);
            (await Should.ThrowAsync<RpcException>(() => _host.RenameAsync(id, "x"))).Status.Detail.ShouldStartWith(refusal);
        }
    }

    [Fact]
    public async Task A_table_is_no_dataset_and_the_table_of_entries_cannot_be_deleted()
    {
        var table = SystemEntries.EntriesTableId.ToMessage();
        await RefusedAsync(StatusCode.NotFound, $"Entry id '{HexOf(table)}' not found", () => _host.ReadAsync(table));
        (await Should.ThrowAsync<RpcException>(() => _host.DeleteAsync(table))).StatusCode.ShouldBe(StatusCode.FailedPrecondition);
        (await Should.ThrowAsync<RpcException>(() => _host.RenameAsync(table, "x"))).StatusCode.ShouldBe(StatusCode.FailedPrecondition);
        (await _host.RenameAsync(table, null)).Name.ShouldBe("__entries");
    }

    [Fact]
    public async Task A_dataset_gets_the_rules_that_the_server_gives_to_new_ones()
    {
        var rule = new Registrar.RuleDefinition("r", "d", ["base"], "out", CanonicalJson.EmptyObject);
        await using var host = await CatalogHost.StartAsync(options => options with { DefaultRules = [rule] });
        var arm = await host.CreateAsync("arm");
        (await host.Ports.ReadModels.Rules.ReadAsync(arm.Details.Id.ToDatasetId(), asOf: null, TestContext.Current.CancellationToken)).Single().Rule.ShouldBe("r");
    }

    [Fact]
    public async Task Everything_is_there_again_after_a_restart()
    {
        var folder = Directory.CreateTempSubdirectory("strata-restart-");
        try
        {
            IReadOnlyList<EntryDetails> before;
            await using (var first = await CatalogHost.StartAsync(folder: folder.FullName))
            {
                var (arm, leg) = (await first.CreateAsync("arm"), await first.CreateAsync("leg"));
                await first.RenameAsync(arm.Details.Id, "hand");
                await first.DeleteAsync(leg.Details.Id);
                before = await first.FindAsync(new EntryFilter { EntryKinds = { AllKinds } });
            }

            await using var second = await CatalogHost.StartAsync(folder: folder.FullName);
            (await second.FindAsync(new EntryFilter { EntryKinds = { AllKinds } })).ShouldBe(before);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static EntryKind[] AllKinds => [.. Enum.GetValues<EntryKind>().Where(k => k != EntryKind.Unspecified)];
}
