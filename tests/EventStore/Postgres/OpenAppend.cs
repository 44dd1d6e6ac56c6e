using Npgsql;
using Strata.Servers;

namespace Strata.EventStore.Tests.Postgres;

/// <summary>An append whose steps a test makes by hand, on a connection of its own: it stands still wherever the test leaves it.</summary>
internal sealed class OpenAppend : IAsyncDisposable
{
    private const string Data = """{"rule": "r", "dataset": "0123456789abcdef0123456789abcdef", "segment": "s", "reason": "by hand"}""";

    private readonly NpgsqlConnection _connection;
    private readonly string _stream = $"by hand {Guid.NewGuid()}";

    private OpenAppend(NpgsqlConnection connection) => _connection = connection;

    public int ServerProcess => _connection.ProcessID;

    /// <summary>Its transaction is open and has drawn nothing.</summary>
    public static async Task<OpenAppend> BeginAsync(PostgresDatabase database)
    {
        var append = new OpenAppend(await database.ConnectAsync());
        await append.ExecuteAsync("begin");
        return append;
    }

    /// <summary>Its numbers are drawn and its events written; it is not committed.</summary>
    public static async Task<OpenAppend> WithEventsAsync(PostgresDatabase database, int count)
    {
        var append = await BeginAsync(database);
        await append.WriteAsync($"select unnest(strata.take({count}))");
        return append;
    }

    public Task ExecuteAsync(string sql) => _connection.ExecuteAsync(sql);

    public Task<long> NumberAsync(string sql) => _connection.NumberAsync(sql);

    /// <summary>Writes an event at each position that the query gives.</summary>
    public Task WriteAsync(string positions) => ExecuteAsync($$"""
        insert into mt_streams (id, version) values ('{{_stream}}', 1000);
        insert into mt_events (seq_id, id, stream_id, version, data, type, headers)
        select p.n, gen_random_uuid(), '{{_stream}}', row_number() over (order by p.n), '{{Data}}', 'rule_suppressed', '{"commandId": "by hand", "recordedAtNs": 1}' from ({{positions}}) p (n)
        """);

    public Task CommitAsync() => ExecuteAsync("commit");

    public Task RollbackAsync() => ExecuteAsync("rollback");

    public ValueTask DisposeAsync() => _connection.DisposeAsync();
}
