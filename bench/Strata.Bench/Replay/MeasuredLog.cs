using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Strata.EventStore;
using Strata.EventStore.Postgres;
using Strata.EventStore.Sqlite;

namespace Strata.Bench;

/// <summary>A log of one adapter with nothing in it, and what it takes of the disk.</summary>
/// <param name="Adapter">As samples name it.</param>
/// <param name="Folder">For the read models; of SQLite also the log's.</param>
/// <param name="SizeBytes">Of the log with its indexes, after all that was written has come to its place.</param>
internal sealed record MeasuredLog(string Adapter, IEventStore Store, ILeases Leases, string Folder, Func<CancellationToken, Task<long>> SizeBytes)
{
    /// <summary>One log after the other; PostgreSQL where a server is named.</summary>
    public static async Task ForEachAsync(Func<MeasuredLog, Task> measure, CancellationToken cancellationToken)
    {
        var folder = new TemporaryFolder();
        await using (var sqlite = await SqliteEventStore.OpenAsync(folder.Path, TimeProvider.System, NullLogger.Instance, cancellationToken))
        {
            await measure(new("SQLite", sqlite, sqlite, folder.Path, token => SqliteBytesAsync(sqlite.Path, token)));
        }

        await using var database = await BenchDatabase.TryCreateAsync(cancellationToken);
        if (database is not null)
        {
            await using var postgres = await PostgresEventStore.OpenAsync(database.ConnectionString, new PostgresEventStoreOptions(), NullLogger.Instance, cancellationToken);
            await measure(new("PostgreSQL", postgres, postgres, new TemporaryFolder().Path, token => PostgresBytesAsync(database.ConnectionString, token)));
        }
    }

    /// <summary>What waits in the write-ahead log is moved into the file first, or it would count twice.</summary>
    private static async Task<long> SqliteBytesAsync(string path, CancellationToken cancellationToken)
    {
        await using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ConnectionString);
        await connection.OpenAsync(cancellationToken);
        await using var checkpoint = connection.CreateCommand();
        checkpoint.CommandText = "PRAGMA wal_checkpoint(TRUNCATE)";
        await checkpoint.ExecuteNonQueryAsync(cancellationToken);
        return new FileInfo(path).Length;
    }

    private static async Task<long> PostgresBytesAsync(string connectionString, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancellationToken);
        await using var size = new NpgsqlCommand("select pg_database_size(current_database())", connection);
        return (long)(await size.ExecuteScalarAsync(cancellationToken))!;
    }
}
