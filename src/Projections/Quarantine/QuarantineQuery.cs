using Strata.Contracts;
using Strata.Projections.Running;
using Strata.Projections.Storage;

namespace Strata.Projections.Quarantine;

internal sealed class QuarantineQuery(FoldedTables tables) : IQuarantineList
{
    public long Position => tables.Position;

    public Task WaitForAsync(long position, CancellationToken cancellationToken) => tables.WaitForAsync(position, cancellationToken);

    private const string Select =
        $"""
        SELECT quarantine_id, dataset_id, storage_url, layer, kept_mode, kept_location, kept_modified_at_ns, kept_tail_sha256,
            size_bytes, reason, detail, byte_offset, state, position, recorded_at_ns
        FROM quarantine WHERE {Temporal.StandingSql}
        """;

    public Task<IReadOnlyList<QuarantineRow>> ReadAsync(DatasetId? dataset, CancellationToken cancellationToken) =>
        tables.QueryAsync<IReadOnlyList<QuarantineRow>>(
            scope => Read(dataset is { } id
                ? scope.Database.Prepare(Select + " AND dataset_id = ?1 ORDER BY position").Bind(1, id.Value)
                : scope.Database.Prepare(Select + " ORDER BY position")),
            cancellationToken);

    public Task<QuarantineRow?> FindAsync(Sha256Digest quarantineId, CancellationToken cancellationToken) =>
        tables.QueryAsync(scope => Read(scope.Database.Prepare(Select + " AND quarantine_id = ?1").Bind(1, quarantineId)).FirstOrDefault(), cancellationToken);

    private static List<QuarantineRow> Read(Statement rows)
    {
        var read = new List<QuarantineRow>();
        while (rows.Step())
        {
            read.Add(new(
                rows.Digest(0), new DatasetId(rows.Text(1)), rows.Text(2), rows.Text(3), KeptBytesColumns.Read(rows, 4), rows.Int64(8), rows.Text(9), rows.Text(10),
                rows.Int64OrNull(11), rows.Text(12), rows.Int64(13), rows.Int64(14)));
        }

        return read;
    }
}
