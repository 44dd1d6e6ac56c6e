using Npgsql;

namespace Strata.Bench;

/// <summary>A database of its own on the server that <c>STRATA_BENCH_POSTGRES</c> leads to; dropped at the end.</summary>
internal sealed class BenchDatabase : IAsyncDisposable
{
    private const string Variable = "STRATA_BENCH_POSTGRES";

    private readonly string _server;
    private readonly string _name;

    private BenchDatabase(string server, string name) => (_server, _name) = (server, name);

    public string ConnectionString => new NpgsqlConnectionStringBuilder(_server) { Database = _name }.ConnectionString;

    /// <returns>Null, and a line that says so, where no server is named.</returns>
    public static async Task<BenchDatabase?> TryCreateAsync(CancellationToken cancellationToken)
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } server)
        {
            await Console.Error.WriteLineAsync($"PostgreSQL is not measured: {Variable} names no server where a database may be created");
            return null;
        }

        var database = new BenchDatabase(server, $"strata_bench_{Guid.NewGuid():N}");
        await database.ExecuteAsync($"create database {database._name}", cancellationToken);
        return database;
    }

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        await ExecuteAsync($"drop database {_name} with (force)", CancellationToken.None);
    }

    private async Task ExecuteAsync(string sql, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(_server);
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
