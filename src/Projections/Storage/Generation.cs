using Strata.Projections.Folding;

namespace Strata.Projections.Storage;

/// <summary>
/// One file with all read models and the checkpoint up to which they are folded. A writer folds, any number of readers look on, each in a read transaction.
/// <c>synchronous=NORMAL</c> is enough: the checkpoint lies in the same transaction as the rows, so a power cut takes both back together
/// and the lost tail is folded again from the log, which is durable.
/// </summary>
internal sealed class Generation : IDisposable
{
    /// <summary>More connections than this are not kept for reuse.</summary>
    private const int IdleReaders = 4;

    /// <summary>Look-ups of a few segments need no more; who reads whole tables maps the file.</summary>
    private const int ReaderCacheKibibytes = 1024;

    private const string GenerationTable =
        "CREATE TABLE generation (id INTEGER PRIMARY KEY CHECK (id = 1), fold_version INTEGER NOT NULL, position INTEGER NOT NULL)";

    private readonly Lock _lock = new();
    private readonly Stack<SqliteDatabase> _idle = [];
    private bool _retired;

    private Generation(string path, int number)
    {
        Path = path;
        Number = number;
    }

    public string Path { get; }

    public int Number { get; }

    public static Generation Create(string path, int number)
    {
        using var database = SqliteDatabase.OpenReadWrite(path);
        database.Execute("PRAGMA page_size = 8192; PRAGMA journal_mode = WAL");
        CreateTables(database);
        return new Generation(path, number);
    }

    /// <summary>Makes the tables and the checkpoint 0 in an empty file.</summary>
    public static void CreateTables(SqliteDatabase database)
    {
        database.Execute("BEGIN");
        database.Execute(GenerationTable);
        foreach (var table in ReadModelTables.All)
        {
            database.Execute(table.Ddl);
        }

        database.Execute($"INSERT INTO generation VALUES (1, {ReadModelTables.FoldVersion}, 0)");
        database.Execute("COMMIT");
    }

    /// <returns>The generation, or null when its rows are of another fold version.</returns>
    /// <exception cref="ReadModelStorageException">The file is no read model.</exception>
    public static Generation? Open(string path, int number)
    {
        using var database = SqliteDatabase.OpenReadWrite(path);
        return database.ReadInt64("SELECT fold_version FROM generation") == ReadModelTables.FoldVersion ? new Generation(path, number) : null;
    }

    public long ReadPosition()
    {
        using var database = SqliteDatabase.OpenReadWrite(Path);
        return database.ReadInt64("SELECT position FROM generation");
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
