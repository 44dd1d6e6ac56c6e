using Google.Protobuf.WellKnownTypes;
using Strata.Catalog.Protocol;
using Strata.Contracts;
using DatasetEntry = Strata.Projections.DatasetEntry;
using DatasetKind = Strata.Contracts.DatasetKind;

namespace Strata.Catalog.Entries;

/// <summary>Datasets as messages. Clients want every member of what is sent, or refuse the whole. Source: catalog-protocol §2.1.</summary>
internal static class EntryMessages
{
    private const long NanosecondsPerSecond = 1_000_000_000;

    public static EntryDetails ToDetails(this DatasetEntry entry) => new()
    {
        Id = entry.Dataset.ToMessage(),
        Name = entry.Name,
        EntryKind = EntryKindOf(entry.Kind),
        CreatedAt = TimeOf(entry.CreatedAtNs),
        UpdatedAt = TimeOf(entry.UpdatedAtNs),
    };

    public static Protocol.DatasetEntry ToMessage(this DatasetEntry entry) => new()
    {
        Details = entry.ToDetails(),
        DatasetHandle = new DatasetHandle
        {
            EntryId = entry.Dataset.ToMessage(),
            DatasetUrl = $"strata:///dataset/{EntryIdText.Of(entry.Dataset)}",
            StoreKind = entry.Kind == DatasetKind.Blueprint ? StoreKind.Blueprint : StoreKind.Recording,
            DatasetKind = MessageKindOf(entry.Kind),
        },
        DatasetDetails = new DatasetDetails
        {
            BlueprintDataset = entry.BlueprintDataset?.ToMessage(),
            DefaultBlueprintSegment = SegmentOf(entry.DefaultBlueprintSegment),
            DefaultSegmentTableBlueprintSegment = SegmentOf(entry.DefaultSegmentTableBlueprintSegment),
            AssetDataset = entry.AssetDataset?.ToMessage(),
        },
    };

    public static EntryKind EntryKindOf(DatasetKind kind) => kind switch
    {
        DatasetKind.Blueprint => EntryKind.BlueprintDataset,
        DatasetKind.Asset => EntryKind.AssetDataset,
        _ => EntryKind.Dataset,
    };

    public static Timestamp TimeOf(long nanoseconds)
    {
        var seconds = Math.DivRem(nanoseconds, NanosecondsPerSecond, out var rest);
        return new() { Seconds = seconds, Nanos = (int)rest };
    }

    private static Protocol.DatasetKind MessageKindOf(DatasetKind kind) => kind switch
    {
        DatasetKind.Blueprint => Protocol.DatasetKind.Blueprint,
        DatasetKind.Asset => Protocol.DatasetKind.Asset,
        _ => Protocol.DatasetKind.Recording,
    };

    private static SegmentId? SegmentOf(string? segment) => segment is null ? null : new SegmentId { Id = segment };
}
