namespace Strata.Projections.Storage;

/// <summary>Up to where a generation is folded, and which event that was: a position alone does not say of which log.</summary>
/// <param name="Position">The last position looked at.</param>
/// <param name="LastEventPosition">Position of the last event folded, 0 before the first.</param>
/// <param name="LastEventId">Its id, null before the first.</param>
internal sealed record Checkpoint(long Position, long LastEventPosition, string? LastEventId)
{
    public static readonly TableDefinition Table = new(
        "generation",
        """
        CREATE TABLE generation (
            id INTEGER PRIMARY KEY CHECK (id = 1), layout_version INTEGER NOT NULL, fold_version INTEGER NOT NULL, position INTEGER NOT NULL,
            last_event_position INTEGER NOT NULL, last_event_id TEXT)
        """,
        "id");

    public static string TextOf(Guid eventId) => eventId.ToString("D");

    /// <exception cref="ReadModelStorageException">The file has no checkpoint of this shape.</exception>
    public static Checkpoint Read(SqliteDatabase database)
    {
        var row = database.Prepare("SELECT position, last_event_position, last_event_id FROM generation");
        try
        {
            return row.Step()
                ? new(row.Int64(0), row.Int64(1), row.TextOrNull(2))
                : throw new ReadModelStorageException($"{database.Path}: expected a checkpoint in the table 'generation', found none; 'strata rebuild' makes the tables anew from the log");
        }
        finally
        {
            row.Reset();
        }
    }
}

/// <summary>Of which program a generation's tables are.</summary>
/// <param name="Layout">Which tables and columns there are; 0 where that was not yet written down.</param>
/// <param name="Fold">Which folds wrote the rows.</param>
internal readonly record struct GenerationVersions(long Layout, long Fold)
{
    /// <exception cref="ReadModelStorageException">The file is no read model.</exception>
    public static GenerationVersions Read(SqliteDatabase database)
    {
        var tellsLayout = database.ReadInt64("SELECT count(*) FROM pragma_table_info('generation') WHERE name = 'layout_version'") == 1;
        return new(tellsLayout ? database.ReadInt64("SELECT layout_version FROM generation") : 0, database.ReadInt64("SELECT fold_version FROM generation"));
    }
}
