using Strata.Contracts;
using Strata.Projections.Running;
using Strata.Projections.Storage;

namespace Strata.Projections.WorkList;

internal sealed class WorkQuery(FoldedTables tables) : IWorkList
{
    private const string Select =
        $"""
        SELECT w.work_id, d.dataset_id, w.segment, w.rule, w.revision, w.inputs, w.schema_sha256, w.from_position, w.backfill
        FROM work w JOIN datasets d ON d.dataset = w.dataset AND d.{Temporal.StandingSql} WHERE w.{Temporal.StandingSql}
        """;

    private const string SelectThen =
        """
        SELECT w.work_id, d.dataset_id, w.segment, w.rule, w.revision, w.inputs, w.schema_sha256, w.from_position, w.backfill
        FROM work w JOIN datasets d ON d.dataset = w.dataset AND d.from_position <= ?3 AND d.to_position > ?3 WHERE w.from_position <= ?3 AND w.to_position > ?3
        """;

    public Task<IReadOnlyList<WorkItem>> OpenAsync(int limit, long afterPosition, Sha256Digest? afterWorkId, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(limit);
        return tables.QueryAsync<IReadOnlyList<WorkItem>>(
            scope =>
            {
                var rows = afterWorkId is { } after
                    ? scope.Database.Prepare($"{Select} AND (w.from_position, w.work_id) > (?1, ?3) ORDER BY w.from_position, w.work_id LIMIT ?2").Bind(3, after)
                    : scope.Database.Prepare($"{Select} AND w.from_position > ?1 ORDER BY w.from_position, w.work_id LIMIT ?2");
                return Read(rows.Bind(1, afterPosition).Bind(2, limit), []);
            },
            cancellationToken);
    }

    public Task<IReadOnlyList<WorkItem>> OpenAsync(DatasetId dataset, IReadOnlyList<string> segments, long? asOf, CancellationToken cancellationToken) =>
        tables.QueryAsync<IReadOnlyList<WorkItem>>(
            scope =>
            {
                var items = new List<WorkItem>();
                if (scope.FindDataset(dataset, asOf ?? Temporal.Now) is { } key)
                {
                    var rows = asOf is { } position
                        ? scope.Database.Prepare($"{SelectThen} AND w.dataset = ?1 AND w.segment = ?2 ORDER BY w.from_position, w.work_id").Bind(3, position)
                        : scope.Database.Prepare($"{Select} AND w.dataset = ?1 AND w.segment = ?2 ORDER BY w.from_position, w.work_id");
                    foreach (var segment in segments)
                    {
                        Read(rows.Bind(1, key).Bind(2, segment), items);
                    }
                }

                return items;
            },
            cancellationToken);

    public Task<IReadOnlyList<WorkItem>> OpenAsync(DatasetId dataset, long? asOf, CancellationToken cancellationToken) => tables.QueryAsync<IReadOnlyList<WorkItem>>(
        scope => scope.FindDataset(dataset, asOf ?? Temporal.Now) is not { } key ? []
            : asOf is { } position ? Read(scope.Database.Prepare($"{SelectThen} AND w.dataset = ?1 ORDER BY w.from_position, w.work_id").Bind(1, key).Bind(3, position), [])
            : Read(scope.Database.Prepare($"{Select} AND w.dataset = ?1 ORDER BY w.from_position, w.work_id").Bind(1, key), []),
        cancellationToken);

    public Task<long> CountOpenAsync(DatasetId? dataset, CancellationToken cancellationToken) => tables.QueryAsync(
        scope =>
        {
            if (dataset is not { } id)
            {
                return scope.Database.ReadInt64($"SELECT count(*) FROM work WHERE {Temporal.StandingSql}");
            }

            if (scope.FindDataset(id) is not { } key)
            {
                return 0;
            }

            var rows = scope.Database.Prepare($"SELECT count(*) FROM work WHERE {Temporal.StandingSql} AND dataset = ?1").Bind(1, key);
            rows.Step();
            var count = rows.Int64(0);
            rows.Reset();
            return count;
        },
        cancellationToken);

    private static List<WorkItem> Read(Statement rows, List<WorkItem> items)
    {
        while (rows.Step())
        {
            items.Add(new(
                rows.Digest(0), new DatasetId(rows.Text(1)), rows.Text(2), rows.Text(3), rows.Int32(4), ByteColumns.ReadInputs(rows.Bytes(5)), rows.Digest(6), rows.Int64(7))
            {
                Backfill = rows.TextOrNull(8),
            });
        }

        return items;
    }
}
