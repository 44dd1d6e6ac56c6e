using Grpc.Core;
using Strata.Catalog.Entries;
using Strata.Catalog.Protocol;
using Strata.Contracts;
using static Strata.Catalog.Tests.Entries.EntryClient;

namespace Strata.Catalog.Tests.Entries;

/// <summary>Source: catalog-protocol §2.4.</summary>
public sealed class FindEntriesTests : IAsyncLifetime
{
    private const string Unspecified = "find_entries: entry kind unspecified";
    private CatalogHost _host = null!;
    private Protocol.DatasetEntry _arm = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await CatalogHost.StartAsync();
        _arm = await _host.CreateAsync("arm");
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Without_a_filter_or_with_an_empty_one_all_but_asset_datasets_are_listed()
    {
        string[] expected = ["__entries", BlueprintName, "arm"];
        (await _host.FindAsync()).Select(e => e.Name).ShouldBe(expected, ignoreOrder: true);
        (await _host.FindAsync(new EntryFilter())).Select(e => e.Name).ShouldBe(expected, ignoreOrder: true);
    }

    [Fact]
    public async Task Every_entry_has_id_name_kind_and_both_times()
    {
        foreach (var entry in await _host.FindAsync())
        {
            (entry.Id.Id.HasTimeNs, entry.HasName, entry.EntryKind == EntryKind.Unspecified, entry.CreatedAt is null, entry.UpdatedAt is null).ShouldBe((true, true, false, false, false));
        }
    }

    [Fact]
    public async Task A_list_of_kinds_restricts_to_exactly_these_and_two_are_a_union()
    {
        (await _host.NamesAsync(EntryKind.Dataset)).ShouldBe(["arm"]);
        (await _host.NamesAsync(EntryKind.BlueprintDataset)).ShouldBe([BlueprintName]);
        (await _host.NamesAsync(EntryKind.AssetDataset)).ShouldBe([AssetName]);
        (await _host.NamesAsync(EntryKind.Table)).ShouldBe(["__entries"]);
        (await _host.NamesAsync(EntryKind.AssetDataset, EntryKind.Table)).ShouldBe([AssetName, "__entries"], ignoreOrder: true);
        (await _host.NamesAsync(EntryKind.DatasetView, EntryKind.TableView)).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_unknown_kind_matches_nothing_and_is_no_error()
    {
        (await _host.NamesAsync((EntryKind)1000)).ShouldBeEmpty();
        (await _host.NamesAsync((EntryKind)1000, EntryKind.Dataset)).ShouldBe(["arm"]);
    }

    [Fact]
    public async Task Kind_0_is_refused_alone_and_among_others()
    {
        const string Refusal = "find_entries: entry_kinds must not contain ENTRY_KIND_UNSPECIFIED";
        await RefusedAsync(StatusCode.InvalidArgument, Refusal, () => _host.NamesAsync(EntryKind.Unspecified));
        await RefusedAsync(StatusCode.InvalidArgument, Refusal, () => _host.NamesAsync(EntryKind.Dataset, EntryKind.Unspecified));
        await RefusedAsync(StatusCode.InvalidArgument, Unspecified, () => _host.FindAsync(new EntryFilter { EntryKind = EntryKind.Unspecified }));
        await RefusedAsync(StatusCode.InvalidArgument, "find_entries: invalid entry kind unknown enumeration value 1000", () => _host.FindAsync(new EntryFilter { EntryKind = (EntryKind)1000 }));
    }

    [Fact]
    public async Task The_old_single_kind_works_while_the_list_is_empty_and_the_list_wins()
    {
        (await _host.FindAsync(new EntryFilter { EntryKind = EntryKind.Dataset })).Select(e => e.Name).ShouldBe(["arm"]);
        (await _host.FindAsync(new EntryFilter { EntryKind = EntryKind.Dataset, Name = "leg" })).ShouldBeEmpty();
        (await _host.FindAsync(new EntryFilter { EntryKind = EntryKind.Dataset, EntryKinds = { EntryKind.Table } })).Select(e => e.Name).ShouldBe(["__entries"]);
    }

    [Fact]
    public async Task A_name_and_an_id_must_be_of_one_entry()
    {
        var id = _arm.Details.Id;
        (await _host.FindAsync(new EntryFilter { Name = "arm" })).Single().Id.ShouldBe(id);
        (await _host.FindAsync(new EntryFilter { Id = id })).Single().Name.ShouldBe("arm");
        (await _host.FindAsync(new EntryFilter { Id = id, Name = "arm", EntryKinds = { EntryKind.Dataset, EntryKind.Table } })).Count.ShouldBe(1);
        (await _host.FindAsync(new EntryFilter { Id = id, Name = "leg" })).ShouldBeEmpty();
        (await _host.FindAsync(new EntryFilter { Id = id, Name = BlueprintName })).ShouldBeEmpty();
        (await _host.FindAsync(new EntryFilter { Id = id, EntryKinds = { EntryKind.Table } })).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_asset_dataset_is_found_by_name_and_id_only_when_its_kind_is_asked_for()
    {
        var id = _arm.DatasetDetails.AssetDataset;
        (await _host.FindAsync(new EntryFilter { Name = AssetName })).ShouldBeEmpty();
        (await _host.FindAsync(new EntryFilter { Id = id })).ShouldBeEmpty();
        (await _host.FindAsync(new EntryFilter { Name = AssetName, EntryKinds = { EntryKind.AssetDataset } })).Single().Id.ShouldBe(id);
        (await _host.FindAsync(new EntryFilter { Id = id, EntryKinds = { EntryKind.AssetDataset } })).Single().Name.ShouldBe(AssetName);
    }

    [Fact]
    public async Task A_name_that_is_none_and_half_an_id_are_refused()
    {
        var refused = await Should.ThrowAsync<RpcException>(() => _host.FindAsync(new EntryFilter { Name = "a/b" }));
        (refused.StatusCode, refused.Status.Detail.StartsWith("name 'a/b' contains invalid character '/'", StringComparison.Ordinal)).ShouldBe((StatusCode.InvalidArgument, true));
        await RefusedAsync(StatusCode.InvalidArgument, "missing required field: 'rerun.common.v1alpha1.EntryId.id'", () => _host.FindAsync(new EntryFilter { Id = new EntryId() }));
        await RefusedAsync(
            StatusCode.InvalidArgument, "missing required field: 'rerun.common.v1alpha1.Tuid.inc'", () => _host.FindAsync(new EntryFilter { Id = new EntryId { Id = new Tuid { TimeNs = 1 } } }));
    }

    private string BlueprintName => EntryIdText.BlueprintName(_arm.Details.Id.ToDatasetId());

    private string AssetName => EntryIdText.AssetName(_arm.Details.Id.ToDatasetId());
}
