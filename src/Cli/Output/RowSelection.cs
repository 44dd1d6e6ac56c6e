using System.Text.Json;
using Strata.Web;

namespace Strata.Cli;

/// <summary>Picks and orders the rows of a table.</summary>
internal static class RowSelection
{
    /// <param name="sort">A column; with a leading <c>-</c> downwards; null: as the table comes.</param>
    /// <exception cref="UsageException">There is no such column.</exception>
    public static TableResponse Apply(TableResponse table, RowFilter? where, string? sort)
    {
        if (where is null && sort is null)
        {
            return table;
        }

        var downwards = sort is ['-', ..];
        var column = downwards ? sort![1..] : sort;
        foreach (var name in (where?.Columns ?? []).Append(column).OfType<string>())
        {
            RequireColumn(table, name);
        }

        var rows = table.Rows.EnumerateArray().Where(row => where is null || where.Holds(row));
        if (column is not null)
        {
            var order = Comparer<JsonElement>.Create((a, b) => RowOrder.Compare(a.GetProperty(column), b.GetProperty(column)));
            rows = downwards ? rows.OrderDescending(order) : rows.Order(order);
        }

        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartArray();
            foreach (var row in rows)
            {
                row.WriteTo(writer);
            }

            writer.WriteEndArray();
        }

        return table with { Rows = JsonElement.Parse(buffer.ToArray()) };
    }

    private static void RequireColumn(TableResponse table, string name)
    {
        if (!table.Columns.Any(c => c.Name == name))
        {
            throw new UsageException($"there is no column '{name}'; there are: {string.Join(", ", table.Columns.Select(c => c.Name))}", null);
        }
    }
}
