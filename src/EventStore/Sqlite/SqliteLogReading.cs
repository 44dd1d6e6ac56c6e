namespace Strata.EventStore.Sqlite;

/// <summary>
/// <c>log.db</c> for a process that only reads it, beside any other that writes: no connection of it can write, and none keeps a read transaction between two pages, so
/// that it is in nobody's way. The file must be there.
/// </summary>
public sealed class SqliteLogReading : IReadLog, IAsyncDisposable
{
    /// <summary>One page at a time is read, and beside it the head.</summary>
    private const int Readers = 2;

    /// <summary>Every append is another process's, and who follows wants it soon; the look is one step down the table's right edge.</summary>
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(100);

    private readonly ReaderPool _pool;
    private readonly LogReader _reader;

    private SqliteLogReading(LogConnections connections)
    {
        _pool = new(connections, Readers);
        _reader = new(_pool, new HeadSignal(), connections.Path) { LookAgain = LookAgain };
    }

    /// <exception cref="LogStorageException">There is no log in <paramref name="directory"/>, or it cannot be read.</exception>
    public static async Task<SqliteLogReading> OpenAsync(string directory, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        var reading = new SqliteLogReading(new LogConnections(Path.GetFullPath(directory), new SqliteEventStoreOptions()));
        try
        {
            await reading.HeadAsync(cancellationToken).ConfigureAwait(false);
            return reading;
        }
        catch
        {
            await reading.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public Task<EventPage> ReadAsync(long afterPosition, int maxEvents, CancellationToken cancellationToken) => _reader.ReadAsync(afterPosition, maxEvents, cancellationToken);

    public Task<long> HeadAsync(CancellationToken cancellationToken) => _reader.HeadAsync(cancellationToken);

    public Task WaitForEventsAsync(long afterPosition, CancellationToken cancellationToken) => _reader.WaitForEventsAsync(afterPosition, cancellationToken);

    public ValueTask DisposeAsync() => _pool.DisposeAsync();
}
