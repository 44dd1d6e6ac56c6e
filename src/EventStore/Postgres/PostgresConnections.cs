using System.Globalization;
using Npgsql;
using Polly;
using Polly.Retry;

namespace Strata.EventStore.Postgres;

/// <summary>A bounded number of pooled connections to one database, and its name as errors show it.</summary>
internal sealed class PostgresConnections : IAsyncDisposable
{
    /// <summary>A read meets a pooled connection that broke while it lay idle: the next one is a new one.</summary>
    private const int ReadRetries = 3;

    /// <summary>A page of events is some 300 kB, and each filling of the buffer is a turn of the scheduler. Whoever says another size gets it.</summary>
    private const int ReadBufferBytes = 128 * 1024;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(20);

    private readonly NpgsqlDataSource _source;
    private readonly SemaphoreSlim _free;

    private readonly ResiliencePipeline _reading = new ResiliencePipelineBuilder()
        .AddRetry(new RetryStrategyOptions
        {
            ShouldHandle = new PredicateBuilder().Handle<Exception>(PostgresFailures.IsBroken),
            MaxRetryAttempts = ReadRetries,
            Delay = FirstPause,
            BackoffType = DelayBackoffType.Exponential,
        })
        .Build();

    /// <exception cref="LogStorageException">The text is no connection string, or names no host or database.</exception>
    public PostgresConnections(string connectionString, PostgresEventStoreOptions options)
    {
        var settings = Parse(connectionString);
        settings.MaxPoolSize = options.Connections;
        settings.ApplicationName ??= "strata";
        settings.ReadBufferSize = settings.ShouldSerialize("Read Buffer Size") ? settings.ReadBufferSize : ReadBufferBytes;

        // What stands in an append's way is told in the detail of its refusal.
        settings.IncludeErrorDetail = true;

        // A reset between two uses would throw the plans of our functions away, which costs more than an append. Nothing that outlives a transaction is ever set.
        settings.NoResetOnClose = true;
        Log = string.Create(CultureInfo.InvariantCulture, $"{settings.Host}:{settings.Port}/{settings.Database}");
        _source = new NpgsqlDataSourceBuilder(settings.ConnectionString).Build();
        _free = new(options.Connections, options.Connections);

        // Nothing is sent over these for hours: who has gone is noticed by the system's probes.
        settings.Pooling = false;
        settings.TcpKeepAlive = true;
        Lone = settings.ConnectionString;
    }

    /// <summary><c>host:port/database</c>.</summary>
    public string Log { get; }

    /// <summary>For connections of their own, outside the pool.</summary>
    public string Lone { get; }

    /// <summary>A connection outside the pool: long work does not take one from those who serve.</summary>
    /// <exception cref="LogStorageException">The database does not answer or refuses.</exception>
    public async Task<NpgsqlConnection> OpenLoneAsync(CancellationToken cancellationToken)
    {
        var connection = new NpgsqlConnection(Lone);
        try
        {
            await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
            return connection;
        }
        catch (Exception failure) when (PostgresFailures.ExplainRead(failure, Log) is var explained && explained != failure)
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw explained;
        }
    }

    /// <summary>Runs <paramref name="work"/> on a connection of its own; waits for one to be free.</summary>
    public async Task<T> RunAsync<T>(Func<NpgsqlConnection, CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        await _free.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var connection = await _source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
            await using var _ = connection.ConfigureAwait(false);
            return await work(connection, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _free.Release();
        }
    }

    /// <summary>As <see cref="RunAsync"/>, for what may be done twice.</summary>
    /// <exception cref="LogStorageException">The database does not answer or refuses.</exception>
    public async Task<T> ReadAsync<T>(Func<NpgsqlConnection, CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        try
        {
            return await _reading.ExecuteAsync(async token => await RunAsync(read, token).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (PostgresFailures.ExplainRead(failure, Log) is var explained && explained != failure)
        {
            throw explained;
        }
    }

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    private static NpgsqlConnectionStringBuilder Parse(string connectionString)
    {
        const string Form = "expected Host=…;Port=5432;Database=…;Username=…;Password=…";
        NpgsqlConnectionStringBuilder settings;
        try
        {
            settings = new(connectionString);
        }
        catch (Exception failure) when (failure is ArgumentException or FormatException or KeyNotFoundException)
        {
            // Neither its message nor the text is shown: there may be a password in both.
            throw new LogStorageException($"the event store's connection string: {Form}, found text of another form");
        }

        return string.IsNullOrEmpty(settings.Host) || string.IsNullOrEmpty(settings.Database)
            ? throw new LogStorageException($"the event store's connection string: {Form}, found one without {(string.IsNullOrEmpty(settings.Host) ? "Host" : "Database")}")
            : settings;
    }
}
