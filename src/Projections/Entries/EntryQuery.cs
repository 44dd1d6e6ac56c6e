using Strata.Contracts;
using Strata.Projections.Running;
using Strata.Projections.Storage;

namespace Strata.Projections.Entries;

internal sealed class EntryQuery(FoldedTables tables) : IEntryList
{
    /// <summary>A pin has no details of its own: they are those of what it shows, as of then. An owner is called as it is today, or was called last.</summary>
    private const string Select =
        $"""
        SELECT d.dataset_id, d.name, d.keep_mode, d.created_at_ns, d.updated_at_ns, d.kind, d.revision,
            coalesce(s.blueprint_dataset, d.blueprint_dataset), coalesce(s.default_blueprint_segment, d.default_blueprint_segment),
            coalesce(s.default_table_blueprint_segment, d.default_table_blueprint_segment), coalesce(s.asset_dataset, d.asset_dataset),
            coalesce(
                (SELECT o.name FROM datasets o WHERE o.dataset_id = coalesce(d.companion_of, d.dataset_id) AND o.{Temporal.StandingSql}),
                (SELECT o.name FROM datasets o WHERE o.dataset_id = d.companion_of ORDER BY o.to_position DESC LIMIT 1),
                (SELECT o.name FROM datasets o WHERE o.dataset_id = d.dataset_id ORDER BY o.to_position DESC LIMIT 1)),
            d.pin_of, d.pin_position
        FROM datasets d LEFT JOIN datasets s ON s.dataset_id = d.pin_of AND s.from_position <= d.pin_position AND s.to_position > d.pin_position
        WHERE d.from_position <= ?1 AND d.to_position > ?1
        """;

    /// <summary>
    /// A row that begins with its dataset is a creation, any other a change; one that ends without a successor is a deletion. A companion of a dataset that is
    /// gone went with it.
    /// </summary>
    private const string EntryChanges =
        $"""
        SELECT from_position, dataset_id, CASE WHEN from_position = dataset THEN 0 ELSE 1 END AS kind FROM datasets
        WHERE from_position > ?1 AND NOT (from_position = dataset AND companion_of IS NOT NULL)
        UNION ALL
        SELECT d.to_position, d.dataset_id, 2 FROM datasets d
        WHERE d.to_position > ?1 AND NOT d.{Temporal.StandingSql} AND NOT EXISTS (SELECT 1 FROM datasets n WHERE n.from_position = d.to_position)
            AND (d.companion_of IS NULL OR EXISTS (SELECT 1 FROM datasets p WHERE p.dataset_id = d.companion_of AND p.from_position < d.to_position AND p.to_position > d.to_position))
        ORDER BY 1 LIMIT ?2
        """;

    public Task<DatasetEntry?> FindAsync(string name, CancellationToken cancellationToken) => FindAsync(name, asOf: null, cancellationToken);

    public Task<DatasetEntry?> FindAsync(string name, long? asOf, CancellationToken cancellationToken) =>
        tables.QueryAsync(scope => Read(Rows(scope, Select + " AND d.name = ?2", asOf).Bind(2, name)).FirstOrDefault(), cancellationToken);

    public Task<KnownDataset?> FindEverAsync(DatasetId dataset, CancellationToken cancellationToken) => tables.QueryAsync(scope => ReadEver(scope, dataset.Value), cancellationToken);

    public Task<IReadOnlyList<KnownDataset>> EverNamedAsync(string name, CancellationToken cancellationToken) => tables.QueryAsync<IReadOnlyList<KnownDataset>>(
        scope =>
        {
            var rows = scope.Database.Prepare("SELECT dataset_id FROM datasets WHERE name = ?1 GROUP BY dataset_id ORDER BY max(to_position) DESC").Bind(1, name);
            var ids = new List<string>();
            while (rows.Step())
            {
                ids.Add(rows.Text(0));
            }

            return [.. ids.Select(id => ReadEver(scope, id)!)];
        },
        cancellationToken);

    public Task<FormerName?> FindFormerAsync(string name, CancellationToken cancellationToken) => tables.QueryAsync(
        scope =>
        {
            var rows = scope.Database.Prepare("SELECT dataset_id, to_position FROM datasets WHERE name = ?1 ORDER BY to_position DESC LIMIT 1").Bind(1, name);
            return rows.Step() && rows.Int64(1) != Temporal.Standing ? new FormerName(new DatasetId(rows.Text(0)), name, rows.Int64(1)) : null;
        },
        cancellationToken);

    public Task<IReadOnlyList<EntryChange>> ChangesAsync(long afterPosition, int maxChanges, CancellationToken cancellationToken) => tables.QueryAsync<IReadOnlyList<EntryChange>>(
        scope =>
        {
            var rows = scope.Database.Prepare(EntryChanges).Bind(1, afterPosition).Bind(2, maxChanges);
            var changes = new List<EntryChange>();
            while (rows.Step())
            {
                changes.Add(new(rows.Int64(0), new DatasetId(rows.Text(1)), (EntryChangeKind)rows.Int64(2)));
            }

            return changes;
        },
        cancellationToken);

    public Task<DatasetEntry?> FindAsync(DatasetId dataset, CancellationToken cancellationToken) =>
        tables.QueryAsync(scope => Read(Rows(scope, Select + " AND d.dataset_id = ?2", asOf: null).Bind(2, dataset.Value)).FirstOrDefault(), cancellationToken);

    public Task<DatasetEntry?> FindAsync(DatasetId dataset, long asOf, CancellationToken cancellationToken) =>
        tables.QueryAsync(scope => Read(Rows(scope, Select + " AND d.dataset_id = ?2", asOf).Bind(2, dataset.Value)).FirstOrDefault(), cancellationToken);

    /// <summary>Those whose ids end so, as of a position.</summary>
    public Task<List<DatasetEntry>> FindByHalfAsync(string half, long asOf, CancellationToken cancellationToken) =>
        tables.QueryAsync(scope => Read(Rows(scope, Select + " AND substr(d.dataset_id, 17) = ?2", asOf).Bind(2, half)), cancellationToken);

    public Task<IReadOnlyList<Pin>> PinsAsync(DatasetId? of, CancellationToken cancellationToken) => tables.QueryAsync<IReadOnlyList<Pin>>(
        scope =>
        {
            const string Pins = $"SELECT dataset_id, name, pin_of, pin_position FROM datasets WHERE pin_of IS NOT NULL AND {Temporal.StandingSql}";
            var rows = of is { } dataset ? scope.Database.Prepare(Pins + " AND pin_of = ?1 ORDER BY name").Bind(1, dataset.Value) : scope.Database.Prepare(Pins + " ORDER BY name");
            var pins = new List<Pin>();
            while (rows.Step())
            {
                pins.Add(new(new DatasetId(rows.Text(0)), rows.Text(1), new DatasetId(rows.Text(2)), rows.Int64(3)));
            }

            return pins;
        },
        cancellationToken);

    public Task<IReadOnlyList<DatasetEntry>> ListAsync(IReadOnlyCollection<DatasetKind> kinds, CancellationToken cancellationToken)
    {
        var mask = kinds.Aggregate(0L, (bits, kind) => bits | (1L << (int)kind));
        return tables.QueryAsync<IReadOnlyList<DatasetEntry>>(
            scope => Read(Rows(scope, Select + " AND (?2 >> d.kind) & 1 ORDER BY d.name", asOf: null).Bind(2, mask)), cancellationToken);
    }

    private static KnownDataset? ReadEver(ReadScope scope, string dataset)
    {
        var rows = scope.Database.Prepare("SELECT max(to_position) FROM datasets WHERE dataset_id = ?1").Bind(1, dataset);
        long? until = rows.Step() ? rows.Int64OrNull(0) : null;
        rows.Reset();
        return until switch
        {
            null => null,
            Temporal.Standing => new(Read(Rows(scope, Select + " AND d.dataset_id = ?2", asOf: null).Bind(2, dataset))[0], DeletedAtPosition: null),
            { } deletedAt => new(Read(Rows(scope, Select + " AND d.dataset_id = ?2", deletedAt - 1).Bind(2, dataset))[0], deletedAt),
        };
    }

    private static Statement Rows(ReadScope scope, string sql, long? asOf) => scope.Database.Prepare(sql).Bind(1, asOf ?? Temporal.Now);

    private static List<DatasetEntry> Read(Statement rows)
    {
        var entries = new List<DatasetEntry>();
        while (rows.Step())
        {
            var (pinOf, pinPosition) = (IdOrNull(rows.TextOrNull(12)), rows.Int64OrNull(13));
            entries.Add(new(new DatasetId(rows.Text(0)), rows.Text(1), (KeepMode)rows.Int64(2), rows.Int64(3), rows.Int64(4))
            {
                Kind = (DatasetKind)rows.Int64(5),
                Revision = rows.Int64(6),
                AsOf = pinPosition,
                Source = pinOf ?? new DatasetId(rows.Text(0)),
                IsPin = pinOf is not null,
                BlueprintDataset = AsOf(IdOrNull(rows.TextOrNull(7)), pinPosition),
                DefaultBlueprintSegment = rows.TextOrNull(8),
                DefaultSegmentTableBlueprintSegment = rows.TextOrNull(9),
                AssetDataset = AsOf(IdOrNull(rows.TextOrNull(10)), pinPosition),
                Owner = rows.TextOrNull(11) ?? rows.Text(1),
            });
        }

        return entries;
    }

    private static DatasetId? AsOf(DatasetId? companion, long? position) => companion is { } id && position is { } at ? MomentId.Of(id, at) : companion;

    private static DatasetId? IdOrNull(string? text) => text is null ? null : new DatasetId(text);
}
