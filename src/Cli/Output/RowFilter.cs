using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Strata.Cli;

/// <summary>A condition on a row of a table: comparisons of a column with a value, joined by <c>and</c>. A list holds it when one of its items does.</summary>
internal sealed partial class RowFilter
{
    private readonly IReadOnlyList<Comparison> _comparisons;

    private RowFilter(IReadOnlyList<Comparison> comparisons) => _comparisons = comparisons;

    public IEnumerable<string> Columns => _comparisons.Select(c => c.Column);

    /// <exception cref="UsageException">It is no such condition.</exception>
    public static RowFilter Parse(string expression) => new([.. And().Split(expression).Select(part => ParseOne(part.Trim()))]);

    public bool Holds(JsonElement row) => _comparisons.All(c => c.Holds(row.GetProperty(c.Column)));

    private static Comparison ParseOne(string part)
    {
        var match = Shape().Match(part);
        return match.Success
            ? new(match.Groups["column"].Value, match.Groups["sign"].Value, match.Groups["value"].Value.Trim('\'', '"'))
            : throw new UsageException($"--where: expected COLUMN =|!=|<|<=|>|>= VALUE, found '{part}'", "--where 'property:quality:tracking_good = false'");
    }

    [GeneratedRegex(@"\s+and\s+", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex And();

    [GeneratedRegex("^(?<column>[^=!<>]+?)\\s*(?<sign><=|>=|!=|=|<|>)\\s*(?<value>.+)$", RegexOptions.CultureInvariant)]
    private static partial Regex Shape();

    private sealed record Comparison(string Column, string Sign, string Value)
    {
        public bool Holds(JsonElement cell) => cell.ValueKind switch
        {
            JsonValueKind.Array => cell.EnumerateArray().Any(Holds),
            JsonValueKind.Null => false,
            _ => Sign switch
            {
                "=" => Compare(cell) == 0,
                "!=" => Compare(cell) != 0,
                "<" => Compare(cell) < 0,
                "<=" => Compare(cell) <= 0,
                ">" => Compare(cell) > 0,
                _ => Compare(cell) >= 0,
            },
        };

        private int Compare(JsonElement cell) => RowOrder.Compare(cell, Value);
    }
}

/// <summary>How cells are ordered: numbers as numbers, all else by its text.</summary>
internal static class RowOrder
{
    public static int Compare(JsonElement cell, string text) =>
        cell.ValueKind == JsonValueKind.Number && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? cell.GetDouble().CompareTo(number)
            : string.CompareOrdinal(Text(cell), text);

    /// <summary>Nulls and empty lists last.</summary>
    public static int Compare(JsonElement left, JsonElement right)
    {
        var (a, b) = (First(left), First(right));
        return (a.ValueKind, b.ValueKind) switch
        {
            (JsonValueKind.Null, JsonValueKind.Null) => 0,
            (JsonValueKind.Null, _) => 1,
            (_, JsonValueKind.Null) => -1,
            (JsonValueKind.Number, JsonValueKind.Number) => a.GetDouble().CompareTo(b.GetDouble()),
            _ => string.CompareOrdinal(Text(a), Text(b)),
        };
    }

    private static JsonElement First(JsonElement cell) =>
        cell.ValueKind != JsonValueKind.Array ? cell : cell.GetArrayLength() > 0 ? cell[0] : JsonElement.Parse("null");

    private static string Text(JsonElement cell) => cell.ValueKind switch
    {
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => cell.ToString(),
    };
}
