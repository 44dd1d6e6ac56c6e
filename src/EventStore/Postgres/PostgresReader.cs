using System.Collections.Immutable;
using System.Data.Common;
using Npgsql;
using NpgsqlTypes;
using Strata.Contracts;

namespace Strata.EventStore.Postgres;

/// <summary>The reading half of the log. Positions are shown only up to <c>strata.settled()</c>, which is asked in a statement before the one that reads.</summary>
internal sealed class PostgresReader(PostgresConnections connections, HeadSignal signal)
{
    /// <summary>A page is read into one array; what a caller asks beyond this grows it as events come.</summary>
    private const int InitialPageCapacity = 1024;

    private const string Columns = "seq_id, id, stream_id, version, type, headers, data";

    /// <summary>
    /// Both statements of a batch go out at once, in one transaction, and each has a snapshot of its own. Of a table without statistics, as after an import, the planner thinks
    /// that a stretch of positions is short, and would fetch and sort all that lies after it for each page: a log would be read in the square of its length.
    /// </summary>
    private const string Settle = "select set_config('strata.settled', strata.settled()::text, true), set_config('enable_sort', 'off', true)";

    private const string IsSettled = "seq_id <= current_setting('strata.settled')::bigint";

    private const string LastDrawn = "last_value - (not is_called)::int";

    private const string Holder = """
        select format('%s%s, %s s old', coalesce('server process ' || l.pid, 'a prepared transaction'), coalesce(' of ' || nullif(a.application_name, ''), '') || coalesce(' at ' || host(a.client_addr), ''),
                      coalesce(extract(epoch from clock_timestamp() - a.xact_start)::int::text, 'unknown'))
          from pg_locks l left join pg_stat_activity a using (pid)
         where l.locktype = 'advisory' and l.objsubid = 1 and (l.classid::bigint >> 16) = 7700 and l.database = (select oid from pg_database where datname = current_database())
         order by ((l.classid::bigint & 65535) << 32) | l.objid::bigint limit 1
        """;

    /// <summary>Of an append that another process gives up nobody tells.</summary>
    private static readonly TimeSpan AppendsEndWithin = TimeSpan.FromMilliseconds(20);

    public Task<EventPage> ReadAsync(long afterPosition, int maxEvents, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(afterPosition);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxEvents);
        return connections.ReadAsync(
            async (connection, token) =>
            {
                var events = ImmutableArray.CreateBuilder<RecordedEvent>(Math.Min(maxEvents, InitialPageCapacity));
                await ReadSettledAsync(
                    connection,
                    $"select {Columns} from public.mt_events where seq_id > $1 and {IsSettled} order by seq_id limit $2",
                    [new() { Value = afterPosition }, new() { Value = (long)maxEvents }],
                    (reader, t) => ReadRowsAsync(reader, events.Add, t),
                    token).ConfigureAwait(false);
                var next = events.Count == 0 ? afterPosition : events[^1].Position;
                return new EventPage(events.DrainToImmutable(), next);
            },
            cancellationToken);
    }

    public Task<IReadOnlyList<StreamState>> ReadStreamsAsync(IReadOnlyList<string> streamIds, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(streamIds);
        return connections.ReadAsync<IReadOnlyList<StreamState>>(
            async (connection, token) =>
            {
                var found = new Dictionary<string, ImmutableArray<RecordedEvent>.Builder>(StringComparer.Ordinal);
                foreach (var id in streamIds)
                {
                    found.TryAdd(id, ImmutableArray.CreateBuilder<RecordedEvent>());
                }

                var command = Command(connection, $"select {Columns} from public.mt_events where stream_id = any ($1) order by stream_id, version", Parameters.Array(NpgsqlDbType.Text, found.Keys.ToArray()));
                await using var _ = command.ConfigureAwait(false);
                var reader = await command.ExecuteReaderAsync(token).ConfigureAwait(false);
                await using var __ = reader.ConfigureAwait(false);
                await ReadRowsAsync(reader, e => found[e.StreamId].Add(e), token).ConfigureAwait(false);
                var whole = found.ToDictionary(s => s.Key, s => s.Value.DrainToImmutable(), StringComparer.Ordinal);
                return [.. streamIds.Select(id => new StreamState(id, whole[id] is [.., var last] ? last.Version : 0, whole[id]))];
            },
            cancellationToken);
    }

    /// <summary>
    /// Whoever was acknowledged has ended, and its numbers were handed out before: where the log is settled up to the last number that is handed out now, all of them are shown.
    /// </summary>
    public async Task<long> HeadAsync(CancellationToken cancellationToken)
    {
        var seen = await LookAsync(cancellationToken).ConfigureAwait(false);
        var drawn = seen.Drawn;
        await signal.WaitAsync(
            async token =>
            {
                seen = seen.Settled >= drawn ? seen : await LookAsync(token).ConfigureAwait(false);
                return seen.Settled;
            },
            drawn - 1,
            AppendsEndWithin,
            cancellationToken).ConfigureAwait(false);
        return seen.Head;
    }

    public async Task<LogEnd> EndAsync(CancellationToken cancellationToken)
    {
        var seen = await LookAsync(cancellationToken).ConfigureAwait(false);
        return new(seen.Head, seen.Settled < seen.Drawn && await HolderAsync(cancellationToken).ConfigureAwait(false) is { } holder ? new(seen.Drawn - seen.Head, holder) : null);
    }

    /// <summary>Without waiting.</summary>
    public async Task<long> ShownAsync(CancellationToken cancellationToken) => (await LookAsync(cancellationToken).ConfigureAwait(false)).Head;

    private Task<Seen> LookAsync(CancellationToken cancellationToken) => connections.ReadAsync(
        async (connection, token) =>
        {
            var seen = default(Seen);
            await ReadSettledAsync(
                connection,
                $"select (select coalesce(max(seq_id), 0) from public.mt_events where {IsSettled}), current_setting('strata.settled')::bigint, (select {LastDrawn} from public.mt_events_sequence)",
                [],
                async (reader, t) =>
                {
                    await reader.ReadAsync(t).ConfigureAwait(false);
                    seen = new(reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2));
                },
                token).ConfigureAwait(false);
            return seen;
        },
        cancellationToken);

    /// <returns>Null when it has ended meanwhile.</returns>
    private Task<string?> HolderAsync(CancellationToken cancellationToken) => connections.ReadAsync(
        async (connection, token) =>
        {
            var command = new NpgsqlCommand(Holder, connection);
            await using var _ = command.ConfigureAwait(false);
            return await command.ExecuteScalarAsync(token).ConfigureAwait(false) as string;
        },
        cancellationToken);

    public Task<IReadOnlyDictionary<Sha256Digest, ReadOnlyMemory<byte>>> ReadBlobsAsync(IReadOnlyCollection<Sha256Digest> hashes, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(hashes);
        return connections.ReadAsync<IReadOnlyDictionary<Sha256Digest, ReadOnlyMemory<byte>>>(
            async (connection, token) =>
            {
                var found = new Dictionary<Sha256Digest, ReadOnlyMemory<byte>>(hashes.Count);
                var command = Command(
                    connection, "select hash, content from strata.blobs where hash = any ($1)", Parameters.Array(NpgsqlDbType.Bytea, hashes.Select(h => h.ToBytes()).ToArray()));
                await using var _ = command.ConfigureAwait(false);
                var reader = await command.ExecuteReaderAsync(token).ConfigureAwait(false);
                await using var __ = reader.ConfigureAwait(false);
                while (await reader.ReadAsync(token).ConfigureAwait(false))
                {
                    var hash = Sha256Digest.FromBytes(reader.GetFieldValue<byte[]>(0));
                    found[hash] = LogDamagedException.RequireBlob(connections.Log, hash, reader.GetFieldValue<byte[]>(1)).Content;
                }

                return found;
            },
            cancellationToken);
    }

    public Task<IReadOnlyList<GuardRow>> ReadGuardsAsync(string scope, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(scope);
        return connections.ReadAsync<IReadOnlyList<GuardRow>>(
            async (connection, token) =>
            {
                var command = Command(connection, "select key, value from strata.guards where scope = $1 order by key", new() { Value = scope });
                await using var _ = command.ConfigureAwait(false);
                var reader = await command.ExecuteReaderAsync(token).ConfigureAwait(false);
                await using var __ = reader.ConfigureAwait(false);
                var rows = new List<GuardRow>();
                while (await reader.ReadAsync(token).ConfigureAwait(false))
                {
                    rows.Add(new(scope, reader.GetString(0), reader.GetString(1)));
                }

                return rows;
            },
            cancellationToken);
    }

    private static async Task ReadSettledAsync(
        NpgsqlConnection connection, string sql, NpgsqlParameter[] parameters, Func<DbDataReader, CancellationToken, Task> read, CancellationToken cancellationToken)
    {
        var select = new NpgsqlBatchCommand(sql);
        select.Parameters.AddRange(parameters);
        var batch = new NpgsqlBatch(connection) { BatchCommands = { new(Settle), select } };
        await using var _ = batch.ConfigureAwait(false);
        var reader = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var __ = reader.ConfigureAwait(false);
        await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
        await read(reader, cancellationToken).ConfigureAwait(false);
    }

    private async Task ReadRowsAsync(DbDataReader reader, Action<RecordedEvent> add, CancellationToken cancellationToken)
    {
        var decoder = new EventDecoder(connections.Log);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            add(decoder.Decode(
                reader.GetInt64(0),
                reader.GetGuid(1),
                reader.GetString(2),
                reader.GetInt64(3),
                reader.GetString(4),
                reader.IsDBNull(5) ? [] : reader.GetFieldValue<byte[]>(5),
                reader.GetFieldValue<byte[]>(6)));
        }
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, NpgsqlParameter parameter) => new(sql, connection) { Parameters = { parameter } };

    /// <param name="Head">The highest position that is shown.</param>
    /// <param name="Settled">All numbers up to it have ended.</param>
    /// <param name="Drawn">The last number handed out, after that was looked at.</param>
    private readonly record struct Seen(long Head, long Settled, long Drawn);
}
