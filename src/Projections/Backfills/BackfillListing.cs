using Strata.Contracts;
using Strata.Projections.Running;
using Strata.Projections.Storage;

namespace Strata.Projections.Backfills;

/// <summary>The state of each back-fill with what came of its pages: the items that a page opened bear its position, and what settled an item bears the position at which it was closed.</summary>
internal sealed class BackfillListing(FoldedTables tables) : IBackfillList
{
    /// <summary>The pages from which speed is told: long enough not to jump, short enough to tell how fast it goes now.</summary>
    private const int RecentPages = 8;

    private const string Then = "from_position <= ?2 AND to_position > ?2";

    public Task<IReadOnlyList<BackfillRow>> ListAsync(DatasetId? dataset, long? asOf, CancellationToken cancellationToken) => tables.QueryAsync<IReadOnlyList<BackfillRow>>(
        scope => Read(
            scope,
            scope.Database.Prepare($"SELECT {BackfillRows.Columns} FROM backfills WHERE (?1 IS NULL OR dataset_id = ?1) AND {Then} ORDER BY start_position").Bind(1, dataset?.Value),
            asOf ?? Temporal.Now),
        cancellationToken);

    public async Task<BackfillRow?> FindAsync(string backfillId, long? asOf, CancellationToken cancellationToken) => (await tables.QueryAsync(
        scope => Read(scope, scope.Database.Prepare($"SELECT {BackfillRows.Columns} FROM backfills WHERE backfill = ?1 AND {Then}").Bind(1, backfillId), asOf ?? Temporal.Now),
        cancellationToken).ConfigureAwait(false)) is [var found, ..] ? found : null;

    public Task<IReadOnlyList<BackfillRow>> RunningAsync(CancellationToken cancellationToken) => tables.QueryAsync<IReadOnlyList<BackfillRow>>(
        scope => Read(
            scope, scope.Database.Prepare($"SELECT {BackfillRows.Columns} FROM backfills WHERE {BackfillRows.RunningSql} AND from_position <= ?2 ORDER BY start_position"), Temporal.Now),
        cancellationToken);

    public Task<bool> AnyOtherWorkAsync(CancellationToken cancellationToken) =>
        tables.QueryAsync(scope => scope.Database.ReadInt64($"SELECT EXISTS (SELECT 1 FROM work WHERE {Temporal.StandingSql} AND backfill IS NULL)") != 0, cancellationToken);

    public Task<BackfillCandidates> CandidatesAsync(BackfillQuery query, CancellationToken cancellationToken) =>
        tables.QueryAsync(scope => BackfillNeeds.Read(scope, query), cancellationToken);

    private static List<BackfillRow> Read(ReadScope scope, Statement rows, long asOf)
    {
        rows.Bind(2, asOf);
        var read = new List<BackfillRow>();
        while (rows.Step())
        {
            read.Add(new(
                rows.Text(0), new DatasetId(rows.Text(1)), rows.Text(2), rows.Int32(3), rows.Text(4), rows.Int32(5), rows.Int64(6) != 0, rows.TextOrNull(7), (int?)rows.Int64OrNull(8),
                rows.Int64(9), new EventSource(rows.Text(10), rows.TextOrNull(11)), rows.Int64(12), rows.Int64(13), rows.Text(14), rows.TextOrNull(15), rows.Int64(16), rows.Int64(17)));
        }

        return [.. read.Select(row => WithPages(scope, row, asOf))];
    }

    private static BackfillRow WithPages(ReadScope scope, BackfillRow row, long asOf)
    {
        var pages = scope.Database.Prepare(
            "SELECT segments, last_segment, version, admitted_at_ns FROM backfill_pages WHERE backfill = ?1 AND from_position <= ?2 ORDER BY from_position").Bind(1, row.BackfillId).Bind(2, asOf);
        var (count, admitted, version, last, lastSegments, lastAtNs) = (0, 0L, row.Version, (string?)null, 0, 0L);
        var recent = new Queue<(long Segments, long AtNs)>();
        while (pages.Step())
        {
            (lastSegments, last, lastAtNs) = (pages.Int32(0), pages.Text(1), pages.Int64(3));
            (count, admitted, version) = (count + 1, admitted + lastSegments, Math.Max(version, pages.Int64(2)));
            recent.Enqueue((lastSegments, lastAtNs));
            if (recent.Count > RecentPages)
            {
                recent.Dequeue();
            }
        }

        if (count == 0)
        {
            return row;
        }

        var (open, derived, failed) = Outcomes(scope, row.BackfillId, asOf);
        return row with
        {
            Version = version,
            Progress = new(
                count, admitted, derived, admitted - open - derived - failed, failed, open, last, lastSegments, lastAtNs,
                recent.Sum(p => p.Segments) - lastSegments, lastAtNs - recent.Peek().AtNs),
        };
    }

    private static (long Open, long Derived, long Failed) Outcomes(ReadScope scope, string backfill, long asOf)
    {
        var rows = scope.Database.Prepare(
            $"""
            SELECT total(w.to_position > ?2), total(w.to_position <= ?2 AND e.outcome NOT IN ('{WorkList.EvaluationFold.Skipped}', '{WorkList.EvaluationFold.Failed}')),
                total(w.to_position <= ?2 AND e.outcome = '{WorkList.EvaluationFold.Failed}')
            FROM backfill_pages p JOIN work w ON w.from_position = p.from_position LEFT JOIN evaluations e ON e.from_position = w.to_position
            WHERE p.backfill = ?1 AND p.from_position <= ?2
            """).Bind(1, backfill).Bind(2, asOf);
        rows.Step();
        var counts = (rows.Int64(0), rows.Int64(1), rows.Int64(2));
        rows.Reset();
        return counts;
    }
}
