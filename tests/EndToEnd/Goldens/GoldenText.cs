using System.Text.Json;
using Strata.Arrow;
using Strata.Rrd.Tests;

namespace Strata.EndToEnd.Tests;

/// <summary>Columns and rows of our tables and of Rerun's answers as lines that can be compared.</summary>
internal static class GoldenText
{
    /// <summary>Name, type, nullability and metadata of each column of ours, in order.</summary>
    public static IReadOnlyList<string> Columns(Schema schema, params string[] except) =>
        [.. schema.FieldsList.Where(f => !except.Contains(f.Name)).Select(f => Column(f.Name, ArrowWords.Of(f.DataType), f.IsNullable, f.Metadata.Select(m => (m.Key, m.Value))))];

    /// <summary>The same of a golden schema.</summary>
    public static IReadOnlyList<string> Columns(JsonElement schema) =>
    [
        .. schema.GetProperty("fields").EnumerateArray().Select(f => Column(
            f.GetProperty("name").GetString()!,
            f.GetProperty("type").GetString()!,
            f.GetProperty("nullable").GetBoolean(),
            f.GetProperty("metadata").EnumerateObject().Select(m => (m.Name, m.Value.GetString()!)))),
    ];

    /// <summary>Every value of every row of ours, named by its column.</summary>
    public static IReadOnlyList<string> Rows(RecordBatch table, params string[] except) =>
    [
        .. Enumerable.Range(0, table.Length).Select(row => Row(
            Enumerable.Range(0, table.ColumnCount).Select(c => (table.Schema.GetFieldByIndex(c).Name, JsonText.Of(table.Column(c), row)!)), except)),
    ];

    /// <summary>The same of golden rows.</summary>
    public static IReadOnlyList<string> Rows(JsonElement rows, params string[] except) =>
        [.. rows.EnumerateArray().Select(row => Row(row.EnumerateObject().Select(cell => (cell.Name, JsonText.Of(cell.Value))), except))];

    private static string Column(string name, string type, bool isNullable, IEnumerable<(string Key, string Value)> metadata) =>
        $"{name}: {type}{(isNullable ? "" : " not null")} {string.Join(' ', metadata.OrderBy(m => m.Key, StringComparer.Ordinal).Select(m => $"{m.Key}={m.Value}"))}";

    private static string Row(IEnumerable<(string Name, string Value)> cells, string[] except) =>
        string.Join(" | ", cells.Where(c => !except.Contains(c.Name)).OrderBy(c => c.Name, StringComparer.Ordinal).Select(c => $"{c.Name}={Named(c.Name, c.Value)}"));

    /// <summary>Rerun's answers were made from a folder of another machine: of a URL the file's name is compared.</summary>
    private static string Named(string column, string value) => column.StartsWith("rerun_storage_url", StringComparison.Ordinal)
        ? string.Join(',', value.Split('"', StringSplitOptions.RemoveEmptyEntries).Where(part => part.Contains("://", StringComparison.Ordinal)).Select(url => url[(url.LastIndexOf('/') + 1)..]))
        : value;
}
