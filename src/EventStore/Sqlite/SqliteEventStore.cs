using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Strata.Contracts;

namespace Strata.EventStore.Sqlite;

/// <summary>
/// The embedded event store: one file <c>log.db</c>, one writer with group commit, readers beside it. Claims and leases live in the same file
/// and go through the same writer. Source: DESIGN §8.
/// </summary>
public sealed class SqliteEventStore : IEventStore, IWorkClaims, ILeases, ILeasedPositions, ILeasedStates, ILogCopy, IBlobErasure, IHeartbeats, IAsyncDisposable
{
    private readonly AppendRoom _room = new();
    private readonly HeadSignal _signal = new();
    private readonly ReaderPool _pool;
    private readonly LogWriter _writer;
    private readonly LogReader _reader;
    private readonly WorkClaimRows _claims;
    private readonly LeaseRows _leases;
    private readonly LeasedStateRows _states;
    private readonly HeartbeatRows _heartbeats;
    private readonly LogConnections _connections;
    private readonly TimeProvider _clock;

    private SqliteEventStore(LogConnections connections, SqliteConnection writing, TimeProvider clock, SqliteEventStoreOptions options, ILogger logger)
    {
        Path = connections.Path;
        (_connections, _clock) = (connections, clock);
        _pool = new(connections, options.Readers);
        _writer = new(new WriteSession(writing, clock), _signal, Path, options.QueueLength, logger);
        _reader = new(_pool, _signal, Path);
        _claims = new(_writer, _pool, clock);
        _leases = new(_writer, _pool);
        _states = new(_writer, _pool);
        _heartbeats = new(_writer, _pool);
    }

    /// <summary>The log's file.</summary>
    public string Path { get; }

    /// <summary>Opens the log in <paramref name="directory"/>; folder, file and tables are made when absent.</summary>
    /// <param name="clock">Gives <c>recordedAtNs</c> and the times of claims and leases.</param>
    /// <exception cref="LogStorageException">The file cannot be opened or was written by a newer version.</exception>
    public static Task<SqliteEventStore> OpenAsync(string directory, TimeProvider clock, ILogger logger, CancellationToken cancellationToken) =>
        OpenAsync(directory, clock, new SqliteEventStoreOptions(), logger, cancellationToken);

    /// <inheritdoc cref="OpenAsync(string, TimeProvider, ILogger, CancellationToken)"/>
    public static Task<SqliteEventStore> OpenAsync(
        string directory, TimeProvider clock, SqliteEventStoreOptions options, ILogger logger, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        ArgumentNullException.ThrowIfNull(clock);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(logger);
        return Task.Run(() => Open(new LogConnections(System.IO.Path.GetFullPath(directory), options), clock, options, logger), cancellationToken);
    }

    public string? NoRoom => _room.Refusal;

    public Task<AppendResult> AppendAsync(Append append, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var encoded = EncodedAppend.From(append);
        return _room.WatchAsync(_writer.RunAsync(encoded.EventCount + encoded.Guards.Length + encoded.Blobs.Length, session => session.Appends.Run(encoded), cancellationToken));
    }

    public Task<EventPage> ReadAsync(long afterPosition, int maxEvents, CancellationToken cancellationToken) =>
        _reader.ReadAsync(afterPosition, maxEvents, cancellationToken);

    public Task<IReadOnlyList<StreamState>> ReadStreamsAsync(IReadOnlyList<string> streamIds, CancellationToken cancellationToken) =>
        _reader.ReadStreamsAsync(streamIds, cancellationToken);

    public Task<long> HeadAsync(CancellationToken cancellationToken) => _reader.HeadAsync(cancellationToken);

    public Task WaitForEventsAsync(long afterPosition, CancellationToken cancellationToken) => _reader.WaitForEventsAsync(afterPosition, cancellationToken);

    public Task<IReadOnlyDictionary<Sha256Digest, ReadOnlyMemory<byte>>> ReadBlobsAsync(
        IReadOnlyCollection<Sha256Digest> hashes, CancellationToken cancellationToken) => _reader.ReadBlobsAsync(hashes, cancellationToken);

    public Task<IReadOnlyList<GuardRow>> ReadGuardsAsync(string scope, CancellationToken cancellationToken) => _reader.ReadGuardsAsync(scope, cancellationToken);

    public Task<IReadOnlyList<WorkClaim>> ClaimAsync(IReadOnlyList<Sha256Digest> workIds, string owner, TimeSpan lease, CancellationToken cancellationToken) =>
        _claims.ClaimAsync(workIds, owner, lease, cancellationToken);

    public Task<IReadOnlyList<WorkClaim>> BeginAsync(IReadOnlyList<WorkClaim> claims, CancellationToken cancellationToken) => _claims.BeginAsync(claims, cancellationToken);

    public Task<IReadOnlyList<WorkClaim>> RenewAsync(IReadOnlyList<WorkClaim> claims, TimeSpan lease, CancellationToken cancellationToken) =>
        _claims.RenewAsync(claims, lease, cancellationToken);

    public Task SettleAsync(IReadOnlyList<WorkClaim> claims, CancellationToken cancellationToken) => _claims.SettleAsync(claims, cancellationToken);

    public Task PostponeAsync(WorkClaim claim, TimeSpan delay, string reason, CancellationToken cancellationToken) =>
        _claims.PostponeAsync(claim, delay, reason, cancellationToken);

    public Task ReturnAsync(IReadOnlyList<WorkClaim> claims, CancellationToken cancellationToken) => _claims.ReturnAsync(claims, cancellationToken);

    public Task<int> FreeAllAsync(CancellationToken cancellationToken) => _claims.FreeAllAsync(cancellationToken);

    public Task<IReadOnlyList<Sha256Digest>> ReadIdleAsync(TimeSpan idleFor, Sha256Digest? after, int limit, CancellationToken cancellationToken) =>
        _claims.ReadIdleAsync(idleFor, after, limit, cancellationToken);

    public Task<int> ForgetAsync(IReadOnlyList<Sha256Digest> workIds, TimeSpan idleFor, CancellationToken cancellationToken) => _claims.ForgetAsync(workIds, idleFor, cancellationToken);

    public Task<IReadOnlyList<WorkAttempts>> ReadAsync(IReadOnlyList<Sha256Digest> workIds, CancellationToken cancellationToken) =>
        _claims.ReadAsync(workIds, cancellationToken);

    public Task<Lease?> AcquireAsync(string name, string owner, TimeSpan duration, CancellationToken cancellationToken) =>
        _leases.AcquireAsync(name, owner, duration, cancellationToken);

    public Task<bool> RenewAsync(Lease lease, TimeSpan duration, CancellationToken cancellationToken) => _leases.RenewAsync(lease, duration, cancellationToken);

    public Task ReleaseAsync(Lease lease, CancellationToken cancellationToken) => _leases.ReleaseAsync(lease, cancellationToken);

    public Task<long> ReadPositionAsync(string name, CancellationToken cancellationToken) => _leases.ReadPositionAsync(name, cancellationToken);

    public Task<bool> MoveAsync(Lease lease, long position, TimeSpan duration, CancellationToken cancellationToken) => _leases.MoveAsync(lease, position, duration, cancellationToken);

    public Task<string?> ReadStateAsync(string name, CancellationToken cancellationToken) => _states.ReadStateAsync(name, cancellationToken);

    public Task<bool> WriteStateAsync(Lease lease, string state, CancellationToken cancellationToken) => _states.WriteStateAsync(lease, state, cancellationToken);

    public Task<bool> KeepAsync(RobotHeartbeat heartbeat, CancellationToken cancellationToken) => _heartbeats.KeepAsync(heartbeat, cancellationToken);

    public Task<IReadOnlyList<KeptHeartbeat>> ReadAsync(CancellationToken cancellationToken) => _heartbeats.ReadAsync(cancellationToken);

    public IAsyncEnumerable<LogRecord> ExportAsync(CancellationToken cancellationToken) => LogExport.ReadAsync(_connections, cancellationToken);

    public Task<string?> ReadLeftoverAsync(CancellationToken cancellationToken) => Task.FromResult<string?>(null);

    public Task<int> EraseBlobsAsync(IReadOnlyCollection<Sha256Digest> hashes, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(hashes);
        return new BlobErasure(_writer, _connections).RunAsync(hashes, cancellationToken);
    }

    public async Task ImportAsync(IAsyncEnumerable<LogRecord> records, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(records);
        await Task.Run(() => LogImport.RunAsync(_connections, _clock, records, cancellationToken), cancellationToken).ConfigureAwait(false);
        _signal.Pulse();
    }

    /// <summary>Ends when every append that was taken is on disk.</summary>
    public async ValueTask DisposeAsync()
    {
        // Readers first: the connection that closes last folds the WAL into log.db, and only the writer may.
        await _pool.DisposeAsync().ConfigureAwait(false);
        await _writer.DisposeAsync().ConfigureAwait(false);
    }

    private static SqliteEventStore Open(LogConnections connections, TimeProvider clock, SqliteEventStoreOptions options, ILogger logger)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(connections.Path)!);
        SqliteConnection? writing = null;
        try
        {
            LogExport.RemoveLeftovers(connections);
            writing = connections.OpenWriter();
            LogSchema.Upgrade(writing, connections.Path);
            return new(connections, writing, clock, options, logger);
        }
        catch (SqliteException failure)
        {
            writing?.Dispose();
            throw LogFailures.ExplainRead(failure, connections.Path);
        }
        catch
        {
            writing?.Dispose();
            throw;
        }
    }
}
