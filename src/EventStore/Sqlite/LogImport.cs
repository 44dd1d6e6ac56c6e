using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using Strata.EventStore.Copying;

namespace Strata.EventStore.Sqlite;

/// <summary>Writes a copied log into an empty one, in one transaction on a connection of its own.</summary>
internal sealed class LogImport(WriteSession session)
{
    private readonly RecordSequence _sequence = new();

    private Statement AddCommand => session.Prepared("INSERT INTO strata_commands (command_id, last_position, event_count, recorded_at_ns, positions) VALUES (?1, ?2, ?3, ?4, ?5)");

    private Statement AddBlob => session.Prepared("INSERT INTO strata_blobs (hash, content) VALUES (?1, ?2)");

    private Statement AddGuard => session.Prepared("INSERT INTO strata_guards (scope, key, value) VALUES (?1, ?2, ?3)");

    /// <summary>A version that does not follow the one before changes nothing.</summary>
    private Statement GrowStream => session.Prepared("""
        INSERT INTO mt_streams (id, version, timestamp, created) SELECT ?1, ?2, ?3, ?3 WHERE ?2 = 1 OR EXISTS (SELECT 1 FROM mt_streams WHERE id = ?1)
        ON CONFLICT DO UPDATE SET version = excluded.version, timestamp = excluded.timestamp WHERE version = excluded.version - 1
        RETURNING version
        """);

    private Statement AddEvent => session.Prepared("""
        INSERT INTO mt_events (seq_id, id, stream_id, version, data, type, timestamp, mt_dotnet_type, headers) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
        """);

    public static async Task RunAsync(LogConnections connections, TimeProvider clock, IAsyncEnumerable<LogRecord> records, CancellationToken cancellationToken)
    {
        try
        {
            using var session = new WriteSession(connections.OpenWriter(), clock);
            session.SizeCache(large: true);
            session.Begin();
            try
            {
                RefuseUnlessEmpty(session, connections.Path);
                var import = new LogImport(session);
                await foreach (var record in records.WithCancellation(cancellationToken).ConfigureAwait(false))
                {
                    import.Take(record);
                }

                import._sequence.End();
                session.Commit();
            }
            catch
            {
                session.Rollback();
                throw;
            }
        }
        catch (SqliteException failure) when (failure.SqliteErrorCode == SQLitePCL.raw.SQLITE_CONSTRAINT)
        {
            throw new LogFileException($"{connections.Path}: expected each position, id and version once, found one twice ({failure.Message}); nothing was imported");
        }
        catch (SqliteException failure)
        {
            throw LogFailures.ExplainAppend(failure, connections.Path);
        }
    }

    private static void RefuseUnlessEmpty(WriteSession session, string path)
    {
        if (session.Prepared("SELECT 1 FROM strata_commands LIMIT 1").ReadInt64() is not null)
        {
            throw new InvalidOperationException($"{path} is not empty: expected a new data directory or database to import into; nothing was changed");
        }
    }

    private void Take(LogRecord record)
    {
        _sequence.Take(record);
        switch (record)
        {
            case LogRecord.Content { Blob: var blob }:
                Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
                blob.Hash.CopyTo(hash);
                AddBlob.BindBlob(1, hash).BindBlob(2, blob.Content.Span).Run();
                break;
            case LogRecord.Command command:
                AddCommand.Bind(1, command.CommandId).Bind(2, command.LastPosition).Bind(3, command.Positions.Count).Bind(4, command.RecordedAtNs)
                    .Bind(5, CommandPositions.Write(command.Positions, command.LastPosition)).Run();
                break;
            case LogRecord.Event e:
                Add(e);
                break;
            case LogRecord.Guarded { Row: var row }:
                AddGuard.Bind(1, row.Scope).Bind(2, row.Key).Bind(3, row.Value).Run();
                break;
        }
    }

    private void Add(LogRecord.Event e)
    {
        var timestamp = UnixTime.Iso(CopiedHeaders.Of(e).RecordedAt);
        if (GrowStream.Bind(1, e.StreamId).Bind(2, e.Version).Bind(3, timestamp).ReadInt64() is null)
        {
            throw new LogFileException($"event at position {e.Position}: expected the version of stream '{e.StreamId}' to follow the one before, found {e.Version}");
        }

        AddEvent.Bind(1, e.Position).Bind(2, e.EventId.ToString("D")).Bind(3, e.StreamId).Bind(4, e.Version).BindUtf8(5, e.DataJson.Span).Bind(6, e.Type).Bind(7, timestamp)
            .Bind(8, e.DotnetType).BindUtf8(9, e.HeadersJson.Span).Run();
    }
}
