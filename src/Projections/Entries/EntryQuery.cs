using Strata.Contracts;
using Strata.Projections.Storage;

namespace Strata.Projections.Entries;

internal sealed class EntryQuery(ReadModels models) : IEntryList
{
    private const string Select = $"SELECT dataset_id, name, keep_mode, created_at_ns, updated_at_ns FROM datasets WHERE {Temporal.StandingSql}";

    public Task<DatasetEntry?> FindAsync(string name, CancellationToken cancellationToken) =>
        models.QueryAsync(scope => Read(scope.Database.Prepare(Select + " AND name = ?1").Bind(1, name)).FirstOrDefault(), cancellationToken);

    public Task<DatasetEntry?> FindAsync(DatasetId dataset, CancellationToken cancellationToken) =>
        models.QueryAsync(scope => Read(scope.Database.Prepare(Select + " AND dataset_id = ?1").Bind(1, dataset.Value)).FirstOrDefault(), cancellationToken);

    public Task<IReadOnlyList<DatasetEntry>> ListAsync(CancellationToken cancellationToken) =>
        models.QueryAsync<IReadOnlyList<DatasetEntry>>(scope => Read(scope.Database.Prepare(Select + " ORDER BY name")), cancellationToken);

    private static List<DatasetEntry> Read(Statement rows)
    {
        var entries = new List<DatasetEntry>();
        while (rows.Step())
        {
            entries.Add(new(new DatasetId(rows.Text(0)), rows.Text(1), (KeepMode)rows.Int64(2), rows.Int64(3), rows.Int64(4)));
        }

        return entries;
    }
}
