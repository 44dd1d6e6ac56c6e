using Strata.Projections.Folding;

namespace Strata.Projections.Storage;

/// <summary>
/// One file with the tables of a projection and the checkpoint up to which they are folded. A writer folds, any number of readers look on, each in a read transaction.
/// <c>synchronous=NORMAL</c> is enough: the checkpoint lies in the same transaction as the rows, so a power cut takes both back together
/// and the lost tail is folded again from the log, which is durable.
/// </summary>
internal sealed class Generation : IDisposable
{
    /// <summary>More connections than this are not kept for reuse.</summary>
    private const int IdleReaders = 4;

    /// <summary>Look-ups of a few segments need no more; who reads whole tables maps the file.</summary>
    private const int ReaderCacheKibibytes = 1024;

    private readonly Lock _lock = new();
    private readonly Stack<SqliteDatabase> _idle = [];
    private bool _retired;

    private Generation(Projection projection, string path, int number, GenerationVersions versions)
    {
        Projection = projection;
        Path = path;
        Number = number;
        Versions = versions;
    }

    /// <summary>Of this program; the file may be of another version of it.</summary>
    public Projection Projection { get; }

    public string Path { get; }

    public int Number { get; }

    public GenerationVersions Versions { get; }

    public static Generation Create(Projection projection, string path, int number)
    {
        using var database = SqliteDatabase.OpenReadWrite(path);
        database.Execute("PRAGMA page_size = 8192; PRAGMA journal_mode = WAL");
        CreateTables(projection, database);
        return new Generation(projection, path, number, projection.Versions);
    }

    /// <summary>Makes the tables and the checkpoint 0 in an empty file.</summary>
    public static void CreateTables(Projection projection, SqliteDatabase database)
    {
        database.Execute("BEGIN");
        database.Execute(Checkpoint.Table.Ddl);
        foreach (var table in projection.Tables)
        {
            database.Execute(table.Ddl);
        }

        database.Execute(Fence.Ddl);
        database.Execute($"INSERT INTO generation VALUES (1, {projection.LayoutVersion}, {projection.FoldVersion}, 0, 0, NULL)");
        database.Execute("COMMIT");
    }

    /// <exception cref="ReadModelStorageException">The file is no read model.</exception>
    public static Generation Open(Projection projection, string path, int number)
    {
        using var database = SqliteDatabase.OpenReadWrite(path);
        return new Generation(projection, path, number, GenerationVersions.Read(database));
    }

    /// <exception cref="ReadModelStorageException">The file is of another layout, or holds no checkpoint.</exception>
    public Checkpoint ReadCheckpoint()
    {
        using var database = SqliteDatabase.OpenReadWrite(Path);
        return Checkpoint.Read(database);
    }

    /// <returns>The highest lease token that wrote here; 0 where the layout has no such thing.</returns>
    public long ReadFence()
    {
        using var database = SqliteDatabase.OpenReadWrite(Path);
        try
        {
            return Versions.Layout == Projection.LayoutVersion ? Fence.Read(database) : 0;
        }
        catch (ReadModelStorageException e) when (e.IsDamaged)
        {
            // Nobody can write there under any token.
            return 0;
        }
    }

    /// <returns>Null when the generation was replaced meanwhile: ask for the live one again.</returns>
    public ReadScope? TryRead()
    {
        SqliteDatabase? database;
        lock (_lock)
        {
            if (_retired)
            {
                return null;
            }

            _idle.TryPop(out database);
        }

        try
        {
            database ??= OpenReader();
            return new ReadScope(this, database);
        }
        catch
        {
            database?.Dispose();
            throw;
        }
    }

    internal void Return(SqliteDatabase database)
    {
        database.ResetStatements();
        database.Execute("COMMIT");
        database.MapFile(false);
        lock (_lock)
        {
            if (!_retired && _idle.Count < IdleReaders)
            {
                _idle.Push(database);
                return;
            }
        }

        database.Dispose();
    }

    /// <summary>No new reader begins; those at work finish on this file.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _retired = true;
            while (_idle.TryPop(out var database))
            {
                database.Dispose();
            }
        }
    }

    private SqliteDatabase OpenReader()
    {
        var database = SqliteDatabase.OpenReadOnly(Path);
        database.Execute($"PRAGMA cache_size = -{ReaderCacheKibibytes}");
        return database;
    }
}
