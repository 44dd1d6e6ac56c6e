namespace Strata.Projections.Storage;

/// <summary>Up to where a generation is folded, and which event that was: a position alone does not say of which log.</summary>
/// <param name="FoldVersion">Of the folds that wrote the rows.</param>
/// <param name="Position">The last position looked at.</param>
/// <param name="LastEventPosition">Position of the last event folded, 0 before the first.</param>
/// <param name="LastEventId">Its id, null before the first.</param>
internal sealed record Checkpoint(long FoldVersion, long Position, long LastEventPosition, string? LastEventId)
{
    public static readonly TableDefinition Table = new(
        "generation",
        """
        CREATE TABLE generation (
            id INTEGER PRIMARY KEY CHECK (id = 1), fold_version INTEGER NOT NULL, position INTEGER NOT NULL,
            last_event_position INTEGER NOT NULL, last_event_id TEXT)
        """,
        "id");

    public static string TextOf(Guid eventId) => eventId.ToString("D");

    /// <exception cref="ReadModelStorageException">The file has no checkpoint of this shape.</exception>
    public static Checkpoint Read(SqliteDatabase database)
    {
        var row = database.Prepare("SELECT fold_version, position, last_event_position, last_event_id FROM generation");
        try
        {
            return row.Step()
                ? new(row.Int64(0), row.Int64(1), row.Int64(2), row.TextOrNull(3))
                : throw new ReadModelStorageException($"{database.Path}: expected a checkpoint in the table 'generation', found none; 'strata rebuild' makes the tables anew from the log");
        }
        finally
        {
            row.Reset();
        }
    }
}
