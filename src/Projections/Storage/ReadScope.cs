namespace Strata.Projections.Storage;

/// <summary>A consistent view of one generation: one read transaction on a connection of its own, ended by disposing.</summary>
internal sealed class ReadScope(Generation generation, SqliteDatabase database) : IDisposable
{
    public SqliteDatabase Database { get; } = database;

    /// <summary>The checkpoint that this view belongs to.</summary>
    public long Position { get; } = Begin(database);

    /// <summary>Number of a dataset inside the tables, or null when there is no such dataset as of that position.</summary>
    public long? FindDataset(Contracts.DatasetId dataset, long asOf = Temporal.Now)
    {
        var statement = Database.Prepare("SELECT dataset FROM datasets WHERE dataset_id = ?1 AND from_position <= ?2 AND to_position > ?2").Bind(1, dataset.Value).Bind(2, asOf);
        if (!statement.Step())
        {
            return null;
        }

        var key = statement.Int64(0);
        statement.Reset();
        return key;
    }

    public void Dispose()
    {
        generation.Return(Database);
    }

    private static long Begin(SqliteDatabase database)
    {
        database.Execute("BEGIN");
        return database.ReadInt64("SELECT position FROM generation");
    }
}
