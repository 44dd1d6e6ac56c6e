using Microsoft.Data.Sqlite;

namespace Strata.EndToEnd.Tests;

/// <summary>Puts an event of a newer version at the end of a log that nobody has open.</summary>
internal static class ForeignEvent
{
    public const string Type = "layer_teleported";

    /// <returns>Its position.</returns>
    public static async Task<long> AppendAsync(string data)
    {
        await using var file = new SqliteConnection($"Data Source={Path.Combine(data, "log.db")};Pooling=False");
        await file.OpenAsync(TestContext.Current.CancellationToken);
        await using var append = file.CreateCommand();
        append.CommandText = $$"""
            INSERT INTO mt_streams (id, version) VALUES ('dataset-of-tomorrow', 1);
            INSERT INTO mt_events (seq_id, id, stream_id, version, data, type, timestamp, headers)
            SELECT seq_id + 1, '01234567-89ab-cdef-0123-456789abcdef', 'dataset-of-tomorrow', 1, '{}', '{{Type}}', timestamp, headers FROM mt_events ORDER BY seq_id DESC LIMIT 1;
            SELECT max(seq_id) FROM mt_events;
            """;
        return (long)(await append.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
    }

    /// <summary>As if it had never been written; also while a server follows the log.</summary>
    public static async Task RemoveAsync(string data)
    {
        await using var file = new SqliteConnection($"Data Source={Path.Combine(data, "log.db")};Pooling=False");
        await file.OpenAsync(TestContext.Current.CancellationToken);
        await using var remove = file.CreateCommand();
        remove.CommandText = $"DELETE FROM mt_events WHERE type = '{Type}'";
        (await remove.ExecuteNonQueryAsync(TestContext.Current.CancellationToken)).ShouldBe(1);
    }
}
