using Strata.Arrow;
using Strata.Catalog.Protocol;
using DatasetEntry = Strata.Projections.DatasetEntry;
using Schema = Strata.Arrow.Schema;

namespace Strata.Catalog.Entries;

/// <summary>The table <c>__entries</c>: one row an entry, itself among them. Source: catalog-protocol §5.1.</summary>
internal static class EntriesTable
{
    private const int IdBytes = 16;

    private static readonly Schema Wide = SchemaWith(new Field("entry_kind", Int32Type.Default, nullable: false));

    private static readonly Schema Narrow = SchemaWith(
        new Field("entry_kind", UInt8Type.Default, nullable: false, new Dictionary<string, string> { ["rerun:component_type"] = "rerun.components.EntryKind" }));

    public static Schema SchemaFor(ClientGeneration client) => client.HasNarrowEntryKinds ? Narrow : Wide;

    /// <param name="tableCreatedAtNs">Of this very table.</param>
    public static RecordBatch Build(ClientGeneration client, IReadOnlyList<DatasetEntry> datasets, long tableCreatedAtNs)
    {
        EntryKind[] kinds = [.. datasets.Select(d => EntryMessages.EntryKindOf(d.Kind)), EntryKind.Table];
        IArrowArray kindColumn = client.HasNarrowEntryKinds ? UInt8Array.From([.. kinds.Select(k => (byte)k)]) : Int32Array.From([.. kinds.Select(k => (int)k)]);
        return new(
            SchemaFor(client),
            [
                FixedSizeBinaryArray.From(IdBytes, [.. datasets.Select(d => d.Dataset).Append(SystemEntry.Id).SelectMany(id => id.ToBytes())]),
                StringArray.From([.. datasets.Select(d => d.Name), SystemEntry.Name]),
                kindColumn,
                TimestampArray.From(TimestampType.Nanosecond, [.. datasets.Select(d => d.CreatedAtNs), tableCreatedAtNs]),
                TimestampArray.From(TimestampType.Nanosecond, [.. datasets.Select(d => d.UpdatedAtNs), tableCreatedAtNs]),
            ],
            kinds.Length);
    }

    private static Schema SchemaWith(Field kind) => new(
    [
        new Field("id", new FixedSizeBinaryType(IdBytes), nullable: false),
        new Field("name", StringType.Default, nullable: false),
        kind,
        new Field("created_at", TimestampType.Nanosecond, nullable: false),
        new Field("updated_at", TimestampType.Nanosecond, nullable: false),
    ]);
}
