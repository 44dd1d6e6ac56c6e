using Npgsql;

namespace Strata.Servers;

/// <summary>A database of one test; it is dropped with the test.</summary>
public sealed class PostgresDatabase : IAsyncDisposable
{
    private readonly string _server;

    /// <summary>Its own, dropped with it; null: the server's.</summary>
    private string? _tablespace;

    private PostgresDatabase(string server, string name)
    {
        _server = server;
        Name = name;
        ConnectionString = new NpgsqlConnectionStringBuilder(server) { Database = name, Pooling = false }.ConnectionString;
    }

    public string Name { get; }

    public string ConnectionString { get; }

    /// <summary>For a store, which opens connections all the time and ends its pool with itself.</summary>
    public string PooledConnectionString => new NpgsqlConnectionStringBuilder(ConnectionString) { Pooling = true }.ConnectionString;

    public static async Task<PostgresDatabase> CreateAsync(string server, string? folder = null)
    {
        var database = new PostgresDatabase(server, $"strata_{Guid.NewGuid():N}");
        if (folder is null)
        {
            await database.OnServerAsync($"create database {database.Name}");
        }
        else
        {
            database._tablespace = $"{database.Name}_space";
            await database.OnServerAsync($"create tablespace {database._tablespace} location '{folder}'");
            await database.OnServerAsync($"create database {database.Name} tablespace {database._tablespace}");
        }

        return database;
    }

    /// <summary>A connection beside the store's: what a test does behind its back.</summary>
    public async Task<NpgsqlConnection> ConnectAsync()
    {
        var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    public async Task ExecuteAsync(string sql)
    {
        await using var connection = await ConnectAsync();
        await connection.ExecuteAsync(sql);
    }

    /// <summary>The rows, columns as text separated by <c>|</c>.</summary>
    public async Task<List<string>> ReadAsync(string sql)
    {
        await using var connection = await ConnectAsync();
        return await connection.RowsAsync(sql);
    }

    public async ValueTask DisposeAsync()
    {
        await OnServerAsync($"drop database if exists {Name} with (force)");
        if (_tablespace is not null)
        {
            await OnServerAsync($"drop tablespace {_tablespace}");
        }
    }

    private async Task OnServerAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(_server) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await connection.ExecuteAsync(sql);
    }
}
