using Strata.Contracts;
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

    /// <summary>
    /// Of a replay: what a kill can cost, a fifth of a second's work. Rows that are written once and changed a moment later reach the disk once, which is where a replay's time went
    /// when each batch was a transaction of its own.
    /// </summary>
    internal const int ReplayCommitEvents = 16_384;

    /// <summary>In pages of 8 KiB: a replay's journal is folded into its file every 64 MiB, each time with a wait for the disk.</summary>
    private const int ReplayCheckpointPages = 8_192;

    private readonly Projection _projection;
    private readonly SqliteDatabase _database;
    private readonly int _rememberedSegments;
    private readonly long? _token;
    private IEventFold _fold;
    private int _uncommitted;

    /// <param name="token">Of the lease under which the live generation is folded; null for a replay, which nobody else can write.</param>
    private GenerationWriter(Projection projection, SqliteDatabase database, int rememberedSegments, long? token)
    {
        _projection = projection;
        _database = database;
        _rememberedSegments = rememberedSegments;
        _token = token;
        _fold = projection.NewFold(database, rememberedSegments);
        Position = database.ReadInt64("SELECT position FROM generation");
    }

    public long Position { get; private set; }

    public long? Token => _token;

    public SqliteDatabase Database => _database;

    /// <summary>Told when a batch of the live tail is written and not committed.</summary>
    public Action? Staged { get; set; }

    private bool IsReplay => _token is null;

    /// <summary>Goes on from the checkpoint of an existing generation.</summary>
    /// <param name="token">From here on no lower one writes there: what is read now stays true.</param>
    /// <exception cref="FencedOffException">A later holder of the lease has written there.</exception>
    public static GenerationWriter OpenLive(Projection projection, string path, long token)
    {
        var database = SqliteDatabase.OpenReadWrite(path);
        try
        {
            database.Execute($"PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -{LiveCacheKibibytes}; PRAGMA wal_autocheckpoint = 2000");
            database.Execute("BEGIN IMMEDIATE");
            Fence.Pass(database, token);
            database.Execute("COMMIT");
            return new GenerationWriter(projection, database, LiveSegments, token);
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>
    /// A file for a replay that goes on where it was cut: each commit is whole or not there after a kill and after a power cut, and the disk is waited for only where the journal is
    /// folded into the file.
    /// </summary>
    /// <param name="isNew">The file is empty.</param>
    public static GenerationWriter OpenReplay(Projection projection, string path, bool isNew)
    {
        var database = SqliteDatabase.OpenReadWrite(path);
        try
        {
            database.Execute(
                $"PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -65536; PRAGMA wal_autocheckpoint = {ReplayCheckpointPages}");
            if (isNew)
            {
                Generation.CreateTables(projection, database);
            }

            return new GenerationWriter(projection, database, ReplaySegments, token: null);
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>A file for a replay that is compared and thrown away: it needs no journal and no sync.</summary>
    public static GenerationWriter CreateForComparison(Projection projection, string path)
    {
        var database = SqliteDatabase.OpenReadWrite(path);
        database.Execute(
            "PRAGMA page_size = 8192; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE; PRAGMA cache_size = -65536");
        Generation.CreateTables(projection, database);
        return new GenerationWriter(projection, database, ReplaySegments, token: null);
    }

    /// <remarks>A replay commits many batches together: <see cref="Commit"/> ends it.</remarks>
    /// <exception cref="FencedOffException">A later holder of the lease has written; nothing of the batch was kept.</exception>
    /// <exception cref="FoldException">It does not go on from where the generation stands; nothing of the batch was kept.</exception>
    /// <exception cref="FoldFailedException">An event cannot be folded; nothing of the batch was kept.</exception>
    /// <exception cref="ReadModelStorageException">The file cannot be written; nothing of the batch is kept when the writer is disposed and opened again.</exception>
    public void Apply(FoldBatch batch)
    {
        Stage(batch);
        Staged?.Invoke();
        _uncommitted += batch.Events.Length;
        if (!IsReplay || _uncommitted >= ReplayCommitEvents)
        {
            Commit();
        }
    }

    /// <summary>Whether the batch says that something is erased whose properties lie in these tables, or would with it.</summary>
    public bool HoldsWhatIsPurgedIn(FoldBatch batch) =>
        batch.Events.Any(recorded => recorded.Event is RecordingPurged purged && (_fold.HoldsPropertiesOf(purged) || batch.BringsPropertiesOf(purged, recorded.Position)));

    /// <summary>The first half of <see cref="Apply"/>: rows and checkpoint are written and not committed.</summary>
    internal void Stage(FoldBatch batch)
    {
        if (batch.FromPosition > Position)
        {
            throw new FoldException($"expected what follows position {Position} of the log, found what follows {batch.FromPosition}: what lies between would be missing. Nothing of it was folded; go on from position {Position}");
        }

        if (!IsReplay || !_database.IsInTransaction)
        {
            _database.Execute("BEGIN IMMEDIATE");
        }

        RecordedEvent? at = null;
        try
        {
            if (_token is { } token)
            {
                Fence.Pass(_database, token);
            }

            foreach (var recorded in batch.Events)
            {
                at = recorded;
                _fold.Apply(recorded, batch);
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

    /// <summary>Empties a replay, so that what was in it is in no page of its file any more.</summary>
    public void BeginAnew()
    {
        Commit();
        _database.Execute("PRAGMA secure_delete = ON; BEGIN IMMEDIATE");
        foreach (var table in _projection.Tables)
        {
            _database.Execute($"DELETE FROM {table.Name}");
        }

        _database.Execute("UPDATE generation SET position = 0, last_event_position = 0, last_event_id = NULL; COMMIT; PRAGMA secure_delete = OFF");
        _fold = _projection.NewFold(_database, _rememberedSegments);
        Position = 0;
    }

    internal void Commit()
    {
        if (_database.IsInTransaction)
        {
            _database.Execute("COMMIT");
        }

        _uncommitted = 0;
    }

    /// <summary>Ends the replay: all of it is on the disk, as what is still applied will be.</summary>
    public void MakeDurable()
    {
        Commit();
        _database.Execute("PRAGMA synchronous = FULL; PRAGMA wal_checkpoint(TRUNCATE)");
    }

    /// <summary>Before the replay takes the live one's place: who was refused there is refused here.</summary>
    public void TakeFence(long token)
    {
        _database.Execute("BEGIN IMMEDIATE");
        Fence.Pass(_database, token);
        _database.Execute("COMMIT");
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
        if (IsReplay)
        {
            return;
        }

        if (_database.IsInTransaction)
        {
            _database.Execute("ROLLBACK");
        }

        _fold = _projection.NewFold(_database, _rememberedSegments);
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
