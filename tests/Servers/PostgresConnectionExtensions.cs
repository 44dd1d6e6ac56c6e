using System.Globalization;
using Npgsql;

namespace Strata.Servers;

public static class PostgresConnectionExtensions
{
    public static async Task ExecuteAsync(this NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>The rows, columns as text separated by <c>|</c>.</summary>
    public static async Task<List<string>> RowsAsync(this NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection) { AllResultTypesAreUnknown = true };
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync())
        {
            rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? "" : reader.GetString(i))));
        }

        return rows;
    }

    public static async Task<long> NumberAsync(this NpgsqlConnection connection, string sql) =>
        long.Parse((await connection.RowsAsync(sql)).Single(), CultureInfo.InvariantCulture);
}
