using Npgsql;
using NpgsqlTypes;
using Strata.EventStore.Copying;

namespace Strata.EventStore.Postgres;

/// <summary>Writes a copied log into an empty database, in one transaction, by COPY in batches of one kind of record.</summary>
internal sealed class PostgresLogImport(NpgsqlConnection connection, string log)
{
    /// <summary>Some kilobytes an event: a batch is held in memory until it is copied.</summary>
    private const int BatchRecords = 2_000;

    /// <summary>Blobs may have megabytes.</summary>
    private const long BatchBytes = 16L * 1024 * 1024;

    private readonly RecordSequence _sequence = new();
    private readonly List<LogRecord> _batch = [];
    private long _batchBytes;

    public async Task RunAsync(IAsyncEnumerable<LogRecord> records, CancellationToken cancellationToken)
    {
        try
        {
            var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
            await using var _ = transaction.ConfigureAwait(false);
            await RefuseUnlessEmptyAsync(cancellationToken).ConfigureAwait(false);
            var head = 0L;
            await foreach (var record in records.WithCancellation(cancellationToken).ConfigureAwait(false))
            {
                _sequence.Take(record);
                head = record is LogRecord.Start start ? start.Head : head;
                await AddAsync(record, cancellationToken).ConfigureAwait(false);
            }

            await WriteAsync(cancellationToken).ConfigureAwait(false);
            _sequence.End();
            if (head > 0)
            {
                await ExecuteAsync("select setval('public.mt_events_sequence', $1)", cancellationToken, new NpgsqlParameter { Value = head }).ConfigureAwait(false);
            }

            await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (PostgresException failure) when (failure.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            throw new LogFileException($"{log}: expected each position, id and version once, found one twice ({failure.MessageText}); nothing was imported");
        }
        catch (Exception failure) when (failure is not LogFileException && PostgresFailures.ExplainAppend(failure, log) is var explained && explained != failure)
        {
            throw explained;
        }
    }

    private async Task RefuseUnlessEmptyAsync(CancellationToken cancellationToken)
    {
        // Appends wait until the import is done, and then find their streams.
        await ExecuteAsync("lock table strata.commands in exclusive mode", cancellationToken).ConfigureAwait(false);
        if (await ExecuteAsync("select 1 from strata.commands limit 1", cancellationToken).ConfigureAwait(false) is not null)
        {
            throw new InvalidOperationException($"{log} is not empty: expected a new data directory or database to import into; nothing was changed");
        }
    }

    private async Task AddAsync(LogRecord record, CancellationToken cancellationToken)
    {
        if (_batch.Count >= BatchRecords || _batchBytes >= BatchBytes || (_batch is [var first, ..] && first.GetType() != record.GetType()))
        {
            await WriteAsync(cancellationToken).ConfigureAwait(false);
        }

        _batch.Add(record);
        _batchBytes += record is LogRecord.Content content ? content.Blob.Content.Length : 0;
    }

    private async Task WriteAsync(CancellationToken cancellationToken)
    {
        switch (_batch)
        {
            case [LogRecord.Content, ..]:
                await CopyAsync<LogRecord.Content>("strata.blobs (hash, content)", WriteAsync, cancellationToken).ConfigureAwait(false);
                break;
            case [LogRecord.Event, ..]:
                await GrowStreamsAsync([.. _batch.Cast<LogRecord.Event>()], cancellationToken).ConfigureAwait(false);
                await CopyAsync<LogRecord.Event>("public.mt_events (seq_id, id, stream_id, version, data, type, timestamp, mt_dotnet_type, headers)", WriteAsync, cancellationToken).ConfigureAwait(false);
                break;
            case [LogRecord.Command, ..]:
                await CopyAsync<LogRecord.Command>("strata.commands (command_id, last_position, positions, recorded_at_ns)", WriteAsync, cancellationToken).ConfigureAwait(false);
                break;
            case [LogRecord.Guarded, ..]:
                await CopyAsync<LogRecord.Guarded>("strata.guards (scope, key, value)", WriteAsync, cancellationToken).ConfigureAwait(false);
                break;
        }

        _batch.Clear();
        _batchBytes = 0;
    }

    /// <summary>Each stream of the batch grows from where it stands by consecutive versions, or the file is wrong.</summary>
    private async Task GrowStreamsAsync(IReadOnlyList<LogRecord.Event> events, CancellationToken cancellationToken)
    {
        var streams = events.GroupBy(e => e.StreamId, StringComparer.Ordinal).Select(stream => (Id: stream.Key, Base: stream.First().Version - 1, Last: stream.Last().Version, Events: stream.ToList())).ToList();
        if (streams.Find(s => s.Events.Index().Any(e => e.Item.Version != s.Base + 1 + e.Index)) is { Id: { } broken })
        {
            throw new LogFileException($"stream '{broken}': expected versions that follow each other, found others");
        }

        const string Grow = """
            with brought as (select * from unnest($1, $2, $3, $4, $5) s (id, base, last, first_at, last_at)),
                 grown as (update public.mt_streams m set version = s.last, timestamp = s.last_at from brought s where m.id = s.id and m.version = s.base and s.base > 0 returning m.id),
                 made as (insert into public.mt_streams (id, version, timestamp, created) select s.id, s.last, s.last_at, s.first_at from brought s where s.base = 0 returning id)
            select (select count(*) from grown) + (select count(*) from made)
            """;
        var written = await ExecuteAsync(
            Grow,
            cancellationToken,
            Parameters.Array(NpgsqlDbType.Text, streams.Select(s => s.Id).ToArray()),
            Parameters.Array(NpgsqlDbType.Bigint, streams.Select(s => s.Base).ToArray()),
            Parameters.Array(NpgsqlDbType.Bigint, streams.Select(s => s.Last).ToArray()),
            Parameters.Array(NpgsqlDbType.TimestampTz, streams.Select(s => TimeOf(s.Events[0])).ToArray()),
            Parameters.Array(NpgsqlDbType.TimestampTz, streams.Select(s => TimeOf(s.Events[^1])).ToArray())).ConfigureAwait(false);
        if (written is not long count || count != streams.Count)
        {
            throw new LogFileException($"events up to position {events[^1].Position}: expected each stream's versions to follow those before, found a gap");
        }
    }

    private async Task CopyAsync<T>(string target, Func<NpgsqlBinaryImporter, T, CancellationToken, Task> write, CancellationToken cancellationToken)
    {
        var copy = await connection.BeginBinaryImportAsync($"copy {target} from stdin (format binary)", cancellationToken).ConfigureAwait(false);
        await using var _ = copy.ConfigureAwait(false);
        foreach (var record in _batch.Cast<T>())
        {
            await copy.StartRowAsync(cancellationToken).ConfigureAwait(false);
            await write(copy, record, cancellationToken).ConfigureAwait(false);
        }

        await copy.CompleteAsync(cancellationToken).ConfigureAwait(false);
    }

    private static async Task WriteAsync(NpgsqlBinaryImporter copy, LogRecord.Content record, CancellationToken cancellationToken)
    {
        await copy.WriteAsync(record.Blob.Hash.ToBytes(), NpgsqlDbType.Bytea, cancellationToken).ConfigureAwait(false);
        await copy.WriteAsync(record.Blob.Content.ToArray(), NpgsqlDbType.Bytea, cancellationToken).ConfigureAwait(false);
    }

    private static async Task WriteAsync(NpgsqlBinaryImporter copy, LogRecord.Event record, CancellationToken cancellationToken)
    {
        var (data, headers) = (record.DataJson.ToArray(), record.HeadersJson.ToArray());
        if (!JsonbText.Keeps(data))
        {
            headers = (CopiedHeaders.Of(record) with { Exact = data }).ToJson();
            data = JsonbText.Nearest(data);
        }

        await copy.WriteAsync(record.Position, NpgsqlDbType.Bigint, cancellationToken).ConfigureAwait(false);
        await copy.WriteAsync(record.EventId, NpgsqlDbType.Uuid, cancellationToken).ConfigureAwait(false);
        await copy.WriteAsync(record.StreamId, NpgsqlDbType.Varchar, cancellationToken).ConfigureAwait(false);
        await copy.WriteAsync(record.Version, NpgsqlDbType.Bigint, cancellationToken).ConfigureAwait(false);
        await copy.WriteAsync(data, NpgsqlDbType.Jsonb, cancellationToken).ConfigureAwait(false);
        await copy.WriteAsync(record.Type, NpgsqlDbType.Varchar, cancellationToken).ConfigureAwait(false);
        await copy.WriteAsync(TimeOf(record), NpgsqlDbType.TimestampTz, cancellationToken).ConfigureAwait(false);
        if (record.DotnetType is { } dotnetType)
        {
            await copy.WriteAsync(dotnetType, NpgsqlDbType.Varchar, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            await copy.WriteNullAsync(cancellationToken).ConfigureAwait(false);
        }

        await copy.WriteAsync(headers, NpgsqlDbType.Jsonb, cancellationToken).ConfigureAwait(false);
    }

    private static async Task WriteAsync(NpgsqlBinaryImporter copy, LogRecord.Command record, CancellationToken cancellationToken)
    {
        await copy.WriteAsync(record.CommandId, NpgsqlDbType.Text, cancellationToken).ConfigureAwait(false);
        await copy.WriteAsync(record.LastPosition, NpgsqlDbType.Bigint, cancellationToken).ConfigureAwait(false);
        await copy.WriteAsync(record.Positions.ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Bigint, cancellationToken).ConfigureAwait(false);
        await copy.WriteAsync(record.RecordedAtNs, NpgsqlDbType.Bigint, cancellationToken).ConfigureAwait(false);
    }

    private static async Task WriteAsync(NpgsqlBinaryImporter copy, LogRecord.Guarded record, CancellationToken cancellationToken)
    {
        await copy.WriteAsync(record.Row.Scope, NpgsqlDbType.Text, cancellationToken).ConfigureAwait(false);
        await copy.WriteAsync(record.Row.Key, NpgsqlDbType.Text, cancellationToken).ConfigureAwait(false);
        await copy.WriteAsync(record.Row.Value, NpgsqlDbType.Text, cancellationToken).ConfigureAwait(false);
    }

    private static DateTime TimeOf(LogRecord.Event record) => UnixTime.Utc(CopiedHeaders.Of(record).RecordedAt);

    private async Task<object?> ExecuteAsync(string sql, CancellationToken cancellationToken, params NpgsqlParameter[] parameters)
    {
        var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await using var _ = command.ConfigureAwait(false);
        command.Parameters.AddRange(parameters);
        return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false);
    }
}
