using Strata.EventStore;
using Strata.Projections.Storage;

namespace Strata.Projections.Folding;

/// <summary>Folds batches into a generation: rows and checkpoint in one transaction, so nothing is lost and nothing is folded twice, wherever the process dies.</summary>
internal sealed class GenerationWriter : IDisposable
{
    /// <summary>A live tail meets the same few segments again and again; each state is some kilobytes, and others are read from their tables.</summary>
    private const int LiveSegments = 1_024;

    /// <summary>A replay meets a segment again when its derived layers come, thousands of events later.</summary>
    private const int ReplaySegments = 65_536;

    /// <summary>A cache fills to its limit in every server that runs long enough; a live tail touches the tables' ends and the inner pages of the indexes.</summary>
    private const int LiveCacheKibibytes = 4 * 1024;

    private readonly SqliteDatabase _database;
    private readonly int _rememberedSegments;
    private readonly bool _bulk;
    private EventFold _fold;

    private GenerationWriter(SqliteDatabase database, int rememberedSegments, bool bulk)
    {
        _database = database;
        _rememberedSegments = rememberedSegments;
        _bulk = bulk;
        _fold = new EventFold(database, rememberedSegments);
        Position = database.ReadInt64("SELECT position FROM generation");
    }

    public long Position { get; private set; }

    public SqliteDatabase Database => _database;

    /// <summary>Goes on from the checkpoint of an existing generation.</summary>
    public static GenerationWriter OpenLive(string path)
    {
        var database = SqliteDatabase.OpenReadWrite(path);
        try
        {
            database.Execute($"PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -{LiveCacheKibibytes}; PRAGMA wal_autocheckpoint = 2000");
            return new GenerationWriter(database, LiveSegments, bulk: false);
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>
    /// A new file for a replay. Nobody reads it before it is whole, and a crash throws it away: it needs no journal and no sync until <see cref="MakeDurable"/>.
    /// </summary>
    public static GenerationWriter CreateForReplay(string path)
    {
        var database = SqliteDatabase.OpenReadWrite(path);
        database.Execute(
            "PRAGMA page_size = 8192; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE; PRAGMA cache_size = -65536");
        Generation.CreateTables(database);
        return new GenerationWriter(database, ReplaySegments, bulk: true);
    }

    /// <exception cref="FoldFailedException">An event cannot be folded; nothing of the batch was kept.</exception>
    /// <exception cref="ReadModelStorageException">The file cannot be written; nothing of the batch is kept when the writer is disposed and opened again.</exception>
    public void Apply(FoldBatch batch)
    {
        Stage(batch);
        Commit();
    }

    /// <summary>The first half of <see cref="Apply"/>: rows and checkpoint are written and not committed.</summary>
    internal void Stage(FoldBatch batch)
    {
        _database.Execute("BEGIN IMMEDIATE");
        RecordedEvent? at = null;
        try
        {
            foreach (var recorded in batch.Events)
            {
                at = recorded;
                _fold.Apply(recorded, batch.Blobs);
            }

            at = null;
            _fold.Flush();
            MoveCheckpoint(batch);
            Position = batch.NextPosition;
        }
        catch (Exception exception)
        {
            if (exception is ReadModelStorageException { IsTransient: true })
            {
                throw;
            }

            TakeBack();
            if (at is null)
            {
                throw;
            }

            throw new FoldFailedException(batch.Before(batch.Events.IndexOf(at)), at, exception);
        }
    }

    internal void Commit() => _database.Execute("COMMIT");

    /// <summary>Ends the replay: the file is on the disk, and readers may look on while it is written.</summary>
    public void MakeDurable()
    {
        _database.Execute("PRAGMA locking_mode = NORMAL; PRAGMA synchronous = FULL; PRAGMA journal_mode = WAL");
        _database.Execute("BEGIN IMMEDIATE");
        _database.Prepare("UPDATE generation SET position = ?1").Bind(1, Position).Run();
        _database.Execute("COMMIT; PRAGMA wal_checkpoint(TRUNCATE)");
        using var file = new FileStream(_database.Path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        file.Flush(flushToDisk: true);
    }

    public void Dispose() => _database.Dispose();

    private void MoveCheckpoint(FoldBatch batch)
    {
        if (batch.Events is [.., var last])
        {
            _database.Prepare("UPDATE generation SET position = ?1, last_event_position = ?2, last_event_id = ?3")
                .Bind(1, batch.NextPosition).Bind(2, last.Position).Bind(3, Checkpoint.TextOf(last.EventId)).Run();
        }
        else
        {
            _database.Prepare("UPDATE generation SET position = ?1").Bind(1, batch.NextPosition).Run();
        }
    }

    private void TakeBack()
    {
        if (_bulk)
        {
            return;
        }

        if (_database.IsInTransaction)
        {
            _database.Execute("ROLLBACK");
        }

        _fold = new EventFold(_database, _rememberedSegments);
        Position = _database.ReadInt64("SELECT position FROM generation");
    }
}

/// <param name="before">What stands before that event in its batch, and can be folded.</param>
internal sealed class FoldFailedException(FoldBatch before, RecordedEvent recorded, Exception inner)
    : Exception($"event {recorded.Position} of type '{recorded.Type}' in stream '{recorded.StreamId}': {inner.Message}", inner)
{
    public FoldBatch Before { get; } = before;

    public RecordedEvent Recorded { get; } = recorded;
}
