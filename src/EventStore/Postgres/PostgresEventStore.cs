using Microsoft.Extensions.Logging;
using Strata.Contracts;

namespace Strata.EventStore.Postgres;

/// <summary>
/// The event store of several processes: Marten's tables in a PostgreSQL database, beside them what is Strata's own. Source: DESIGN §8, §9.
/// </summary>
public sealed class PostgresEventStore : IEventStore, IWorkClaims, ILeases, ILeasedPositions, ILeasedStates, ILogCopy, IBlobErasure, IHeartbeats, ISharedLocks, IAsyncDisposable
{
    private readonly AppendRoom _room = new();
    private readonly HeadSignal _signal = new();
    private readonly PostgresConnections _connections;
    private readonly PostgresEventStoreOptions _options;
    private readonly WakeUpSender _sender;
    private readonly WakeUpListener _listener;
    private readonly PostgresAppends _appends;
    private readonly PostgresReader _reader;
    private readonly PostgresWorkClaims _claims;
    private readonly PostgresLeases _leases;
    private readonly PostgresLeasedStates _states;
    private readonly PostgresHeartbeats _heartbeats;
    private readonly PostgresBlobErasure _erasure;
    private readonly PostgresSharedLocks _locks;
    private int _isDisposed;

    private PostgresEventStore(PostgresConnections connections, PostgresEventStoreOptions options, ILogger logger)
    {
        (_connections, _options) = (connections, options);
        _sender = new(connections, logger);
        _listener = new(connections, _signal, () => _sender.ServerProcess, logger);
        _appends = new(connections, options, Tell, logger);
        _reader = new(connections, _signal);
        _claims = new(connections, options);
        _leases = new(connections, options);
        _states = new(connections);
        _heartbeats = new(connections, options);
        _erasure = new(connections);
        _locks = new(connections);
    }

    /// <summary><c>host:port/database</c>, as errors name it.</summary>
    public string Log => _connections.Log;

    /// <summary>Opens the log in the database; tables are made when absent.</summary>
    /// <param name="connectionString">Npgsql's: <c>Host=…;Port=5432;Database=…;Username=…;Password=…</c>.</param>
    /// <exception cref="LogStorageException">The database does not answer, refuses, or was written by a newer version.</exception>
    public static async Task<PostgresEventStore> OpenAsync(string connectionString, PostgresEventStoreOptions options, ILogger logger, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(connectionString);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(logger);
        var connections = new PostgresConnections(connectionString, options);
        try
        {
            await connections.ReadAsync(
                async (connection, token) =>
                {
                    await PostgresSchema.UpgradeAsync(connection, connections.Log, token).ConfigureAwait(false);
                    return true;
                },
                cancellationToken).ConfigureAwait(false);
            return new(connections, options, logger);
        }
        catch
        {
            await connections.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public string? NoRoom => _room.Refusal;

    public Task<AppendResult> AppendAsync(Append append, CancellationToken cancellationToken) => _room.WatchAsync(_appends.AppendAsync(append, cancellationToken));

    public Task<EventPage> ReadAsync(long afterPosition, int maxEvents, CancellationToken cancellationToken) => _reader.ReadAsync(afterPosition, maxEvents, cancellationToken);

    public Task<IReadOnlyList<StreamState>> ReadStreamsAsync(IReadOnlyList<string> streamIds, CancellationToken cancellationToken) =>
        _reader.ReadStreamsAsync(streamIds, cancellationToken);

    public Task<long> HeadAsync(CancellationToken cancellationToken) => _reader.HeadAsync(cancellationToken);

    public Task<LogEnd> EndAsync(CancellationToken cancellationToken) => _reader.EndAsync(cancellationToken);

    public Task WaitForEventsAsync(long afterPosition, CancellationToken cancellationToken) => _signal.WaitAsync(_reader.ShownAsync, afterPosition, UnixTime.Span(_options.LookAgainNs), cancellationToken);

    public Task<IReadOnlyDictionary<Sha256Digest, ReadOnlyMemory<byte>>> ReadBlobsAsync(IReadOnlyCollection<Sha256Digest> hashes, CancellationToken cancellationToken) =>
        _reader.ReadBlobsAsync(hashes, cancellationToken);

    public Task<IReadOnlyList<GuardRow>> ReadGuardsAsync(string scope, CancellationToken cancellationToken) => _reader.ReadGuardsAsync(scope, cancellationToken);

    public Task<IReadOnlyList<WorkClaim>> ClaimAsync(IReadOnlyList<Sha256Digest> workIds, string owner, TimeSpan lease, CancellationToken cancellationToken) =>
        _claims.ClaimAsync(workIds, owner, lease, cancellationToken);

    public Task<IReadOnlyList<WorkClaim>> RenewAsync(IReadOnlyList<WorkClaim> claims, TimeSpan lease, CancellationToken cancellationToken) =>
        _claims.RenewAsync(claims, lease, cancellationToken);

    public Task<IReadOnlyList<WorkClaim>> BeginAsync(IReadOnlyList<WorkClaim> claims, CancellationToken cancellationToken) => _claims.BeginAsync(claims, cancellationToken);

    public Task SettleAsync(IReadOnlyList<WorkClaim> claims, CancellationToken cancellationToken) => _claims.SettleAsync(claims, cancellationToken);

    public Task PostponeAsync(WorkClaim claim, TimeSpan delay, string reason, CancellationToken cancellationToken) =>
        _claims.PostponeAsync(claim, delay, reason, cancellationToken);

    public Task ReturnAsync(IReadOnlyList<WorkClaim> claims, CancellationToken cancellationToken) => _claims.ReturnAsync(claims, cancellationToken);

    public Task<int> FreeAllAsync(CancellationToken cancellationToken) => _claims.FreeAllAsync(cancellationToken);

    public Task<IReadOnlyList<Sha256Digest>> ReadIdleAsync(TimeSpan idleFor, Sha256Digest? after, int limit, CancellationToken cancellationToken) =>
        _claims.ReadIdleAsync(idleFor, after, limit, cancellationToken);

    public Task<int> ForgetAsync(IReadOnlyList<Sha256Digest> workIds, TimeSpan idleFor, CancellationToken cancellationToken) => _claims.ForgetAsync(workIds, idleFor, cancellationToken);

    public Task<IReadOnlyList<WorkAttempts>> ReadAsync(IReadOnlyList<Sha256Digest> workIds, CancellationToken cancellationToken) => _claims.ReadAsync(workIds, cancellationToken);

    public Task<Lease?> AcquireAsync(string name, string owner, TimeSpan duration, CancellationToken cancellationToken) =>
        _leases.AcquireAsync(name, owner, duration, cancellationToken);

    public Task<bool> RenewAsync(Lease lease, TimeSpan duration, CancellationToken cancellationToken) => _leases.RenewAsync(lease, duration, cancellationToken);

    public Task ReleaseAsync(Lease lease, CancellationToken cancellationToken) => _leases.ReleaseAsync(lease, cancellationToken);

    public Task<long> ReadPositionAsync(string name, CancellationToken cancellationToken) => _leases.ReadPositionAsync(name, cancellationToken);

    public Task<bool> MoveAsync(Lease lease, long position, TimeSpan duration, CancellationToken cancellationToken) => _leases.MoveAsync(lease, position, duration, cancellationToken);

    public ValueTask<IAsyncDisposable?> TryShareAsync(string name, bool isNewcomer, CancellationToken cancellationToken) => _locks.TryShareAsync(name, isNewcomer, cancellationToken);

    public ValueTask<ITakenLock?> TryTakeAsync(string name, CancellationToken cancellationToken) => _locks.TryTakeAsync(name, cancellationToken);

    public ValueTask<IAsyncDisposable> InsistAsync(string name, CancellationToken cancellationToken) => _locks.InsistAsync(name, cancellationToken);

    public Task<string?> ReadStateAsync(string name, CancellationToken cancellationToken) => _states.ReadStateAsync(name, cancellationToken);

    public Task<bool> WriteStateAsync(Lease lease, string state, CancellationToken cancellationToken) => _states.WriteStateAsync(lease, state, cancellationToken);

    public Task<bool> KeepAsync(RobotHeartbeat heartbeat, CancellationToken cancellationToken) => _heartbeats.KeepAsync(heartbeat, cancellationToken);

    public Task<IReadOnlyList<KeptHeartbeat>> ReadAsync(CancellationToken cancellationToken) => _heartbeats.ReadAsync(cancellationToken);

    public IAsyncEnumerable<LogRecord> ExportAsync(CancellationToken cancellationToken) => PostgresLogExport.ReadAsync(_connections, cancellationToken);

    public Task<string?> ReadLeftoverAsync(CancellationToken cancellationToken) => _erasure.ReadLeftoverAsync(cancellationToken);

    public Task<int> EraseBlobsAsync(IReadOnlyCollection<Sha256Digest> hashes, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(hashes);
        return _erasure.RunAsync(hashes, cancellationToken);
    }

    public async Task ImportAsync(IAsyncEnumerable<LogRecord> records, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(records);
        var connection = await _connections.OpenLoneAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = connection.ConfigureAwait(false);
        await new PostgresLogImport(connection, Log).RunAsync(records, cancellationToken).ConfigureAwait(false);
        Tell(isKept: true);
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
        {
            return;
        }

        await _listener.DisposeAsync().ConfigureAwait(false);
        await _sender.DisposeAsync().ConfigureAwait(false);
        await _locks.DisposeAsync().ConfigureAwait(false);
        await _connections.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Who waits in this process need not hear it from the database. One that ended without a commit may have held them back too.</summary>
    private void Tell(bool isKept)
    {
        _signal.Pulse();
        if (isKept)
        {
            _sender.Pulse();
        }
    }
}
