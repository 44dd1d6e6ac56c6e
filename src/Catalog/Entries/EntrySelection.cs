using System.Collections.Immutable;
using System.Globalization;
using Strata.Catalog.Protocol;
using Strata.Contracts;

namespace Strata.Catalog.Entries;

/// <summary>What FindEntries is asked for. Source: catalog-protocol §2.4.</summary>
/// <param name="Kinds">Kinds that no catalog has match nothing.</param>
internal sealed record EntrySelection(DatasetId? Id, string? Name, ImmutableArray<EntryKind> Kinds)
{
    /// <summary>Asset datasets came late: who does not ask for them by kind may not know what they are.</summary>
    private static readonly ImmutableArray<EntryKind> Usual = [EntryKind.Dataset, EntryKind.DatasetView, EntryKind.Table, EntryKind.TableView, EntryKind.BlueprintDataset];

    /// <exception cref="CatalogException">A kind, the id or the name is none.</exception>
    public static EntrySelection Of(EntryFilter? filter)
    {
        if (filter is null)
        {
            return new(null, null, Usual);
        }

        if (filter.HasName && EntryAddress.RefuseAddress(filter.Name) is { } refusal)
        {
            throw CatalogException.InvalidArgument(refusal);
        }

        return new(filter.Id?.ToDatasetId(), filter.HasName ? filter.Name : null, KindsOf(filter));
    }

    public bool Wants(EntryKind kind, DatasetId id, string name) => Kinds.Contains(kind) && (Id is null || Id == id) && (Name is null || Name == name || IsMoment);

    /// <summary>What it means is called by its position, whatever was asked for.</summary>
    private bool IsMoment => Name is { } name && MomentName.TryParse(name) is not null;

    private static ImmutableArray<EntryKind> KindsOf(EntryFilter filter)
    {
        if (filter.EntryKinds.Count > 0)
        {
            return filter.EntryKinds.Contains(EntryKind.Unspecified)
                ? throw CatalogException.InvalidArgument("find_entries: entry_kinds must not contain ENTRY_KIND_UNSPECIFIED")
                : [.. filter.EntryKinds];
        }

        if (!filter.HasEntryKind)
        {
            return Usual;
        }

        return filter.EntryKind switch
        {
            EntryKind.Unspecified => throw CatalogException.InvalidArgument("find_entries: entry kind unspecified"),
            var kind when !Enum.IsDefined(kind) => throw CatalogException.InvalidArgument($"find_entries: invalid entry kind unknown enumeration value {((int)kind).ToString(CultureInfo.InvariantCulture)}"),
            var kind => [kind],
        };
    }
}
