using System.Collections.Immutable;
using System.Security.Cryptography;
using Strata.Contracts;

namespace Strata.EventStore.Sqlite;

/// <summary>The reading half of the log.</summary>
internal sealed class LogReader(ReaderPool pool, HeadSignal signal, string path)
{
    /// <summary>The safety net for appends of another process, which cannot pulse the signal.</summary>
    public TimeSpan LookAgain { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>A page is read into one array; what a caller asks beyond this grows it as events come.</summary>
    private const int InitialPageCapacity = 1024;

    /// <summary>
    /// Who reads this much at once walks the log or a long stretch of it; smaller reads look at its newest pages, which the cache holds. A batch of the projections' feed and
    /// its blobs are both above, else each batch would make the mapping and give it up again.
    /// </summary>
    private const int BulkCount = 64;

    /// <summary>How many events or streams pass between two looks at the cancellation token.</summary>
    private const int CancellationStride = 256;

    public Task<EventPage> ReadAsync(long afterPosition, int maxEvents, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(afterPosition);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxEvents);
        return pool.ReadAsync(session => ReadPage(session, afterPosition, maxEvents, cancellationToken), cancellationToken);
    }

    public Task<IReadOnlyList<StreamState>> ReadStreamsAsync(IReadOnlyList<string> streamIds, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(streamIds);
        return pool.ReadAsync<IReadOnlyList<StreamState>>(session => ReadStreams(session, streamIds, cancellationToken), cancellationToken);
    }

    public Task<long> HeadAsync(CancellationToken cancellationToken) =>
        pool.ReadAsync(session => session.Prepared("SELECT max(seq_id) FROM mt_events").ReadInt64() ?? 0, cancellationToken);

    public Task WaitForEventsAsync(long afterPosition, CancellationToken cancellationToken) =>
        signal.WaitAsync(HeadAsync, afterPosition, LookAgain, cancellationToken);

    public Task<IReadOnlyDictionary<Sha256Digest, ReadOnlyMemory<byte>>> ReadBlobsAsync(IReadOnlyCollection<Sha256Digest> hashes, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(hashes);
        return pool.ReadAsync<IReadOnlyDictionary<Sha256Digest, ReadOnlyMemory<byte>>>(session => ReadBlobs(session, hashes, cancellationToken), cancellationToken);
    }

    public Task<IReadOnlyList<GuardRow>> ReadGuardsAsync(string scope, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(scope);
        return pool.ReadAsync<IReadOnlyList<GuardRow>>(session => ReadGuards(session, scope), cancellationToken);
    }

    private EventPage ReadPage(ReadSession session, long afterPosition, int maxEvents, CancellationToken cancellationToken)
    {
        var select = session.Prepared($"SELECT {EventRows.Columns} FROM mt_events WHERE seq_id > ?1 ORDER BY seq_id LIMIT ?2");
        select.Bind(1, afterPosition).Bind(2, maxEvents);
        var events = ImmutableArray.CreateBuilder<RecordedEvent>(Math.Min(maxEvents, InitialPageCapacity));
        ReadRows(select, events, cancellationToken);
        session.MapFile(events.Count >= BulkCount);
        var next = events.Count == 0 ? afterPosition : events[^1].Position;
        return new(events.DrainToImmutable(), next);
    }

    private StreamState[] ReadStreams(ReadSession session, IReadOnlyList<string> streamIds, CancellationToken cancellationToken)
    {
        var select = session.Prepared($"SELECT {EventRows.Columns} FROM mt_events WHERE stream_id = ?1 ORDER BY version");
        var states = new StreamState[streamIds.Count];
        var events = ImmutableArray.CreateBuilder<RecordedEvent>();

        // One transaction: all streams are seen as of the same moment.
        session.Prepared("BEGIN").Run();
        try
        {
            for (var i = 0; i < states.Length; i++)
            {
                ReadRows(select.Bind(1, streamIds[i]), events, cancellationToken);
                var version = events.Count == 0 ? 0 : events[^1].Version;
                states[i] = new(streamIds[i], version, events.DrainToImmutable());
            }
        }
        finally
        {
            session.Prepared("COMMIT").Run();
        }

        return states;
    }

    private void ReadRows(Statement select, ImmutableArray<RecordedEvent>.Builder events, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var rows = new EventRows(path);
        try
        {
            while (select.Step())
            {
                events.Add(rows.Decode(select));
                if (events.Count % CancellationStride == 0)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                }
            }
        }
        finally
        {
            select.Reset();
        }
    }

    private Dictionary<Sha256Digest, ReadOnlyMemory<byte>> ReadBlobs(
        ReadSession session, IReadOnlyCollection<Sha256Digest> hashes, CancellationToken cancellationToken)
    {
        session.MapFile(hashes.Count >= BulkCount);
        var select = session.Prepared("SELECT content FROM strata_blobs WHERE hash = ?1");
        var found = new Dictionary<Sha256Digest, ReadOnlyMemory<byte>>(hashes.Count);
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];

        // One transaction: locks are taken once and not for each blob.
        session.Prepared("BEGIN").Run();
        try
        {
            foreach (var hash in hashes)
            {
                cancellationToken.ThrowIfCancellationRequested();
                hash.CopyTo(digest);
                if (select.BindBlob(1, digest).Step())
                {
                    found[hash] = LogDamagedException.RequireBlob(path, hash, select.Bytes(0).ToArray()).Content;
                }

                select.Reset();
            }
        }
        finally
        {
            select.Reset();
            session.Prepared("COMMIT").Run();
        }

        return found;
    }

    private static List<GuardRow> ReadGuards(ReadSession session, string scope)
    {
        var select = session.Prepared("SELECT key, value FROM strata_guards WHERE scope = ?1 ORDER BY key").Bind(1, scope);
        var rows = new List<GuardRow>();
        try
        {
            while (select.Step())
            {
                rows.Add(new(scope, select.Text(0), select.Text(1)));
            }
        }
        finally
        {
            select.Reset();
        }

        return rows;
    }
}
