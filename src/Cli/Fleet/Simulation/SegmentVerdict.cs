using System.Text.Json;
using Strata.Contracts;
using Strata.Web;

namespace Strata.Cli;

/// <summary>What the rules made of a simulated recording; a declared verdict goes before quality, as in <c>strata fleet</c>.</summary>
/// <param name="Good">Null: none, or a person should look.</param>
/// <param name="MeanError">Of its tracking error, in radians.</param>
internal sealed record SegmentVerdict(bool? Good, double? MeanError)
{
    private const string MeanErrorColumn = "property:tracking_error:mean";

    /// <summary>Ends when the rules are done with the segment.</summary>
    public static async Task<SegmentVerdict> ReadAsync(IOperations operations, string dataset, string segment, CancellationToken cancellationToken)
    {
        var table = await operations.RunAsync(ListSegmentsOperation.Route, new ListSegmentsRequest(dataset, Segments: [segment], Wait: true), NoProgress.Instance, cancellationToken);
        return Of(table.Rows.EnumerateArray().FirstOrDefault());
    }

    /// <param name="row">Of the segment table; undefined where there is none.</param>
    public static SegmentVerdict Of(JsonElement row) => new(Value(row, DeclaredColumn(row) ?? VerdictColumns.TrackingGood)?.GetBoolean(), Value(row, MeanErrorColumn)?.GetDouble());

    /// <summary>The answer beside a declared verdict's text: null in a row that a person should look at.</summary>
    private static string? DeclaredColumn(JsonElement row) => row.ValueKind != JsonValueKind.Object ? null
        : row.EnumerateObject().Select(column => column.Name)
            .Where(name => name.EndsWith(VerdictColumns.VerdictSuffix, StringComparison.Ordinal) && Value(row, name) is { ValueKind: JsonValueKind.String })
            .Select(name => name[..^VerdictColumns.VerdictSuffix.Length] + VerdictColumns.GoodSuffix)
            .FirstOrDefault(name => row.TryGetProperty(name, out _));

    /// <summary>Properties are lists, of one value here.</summary>
    private static JsonElement? Value(JsonElement row, string column) =>
        row.ValueKind == JsonValueKind.Object && row.TryGetProperty(column, out var list) && list is { ValueKind: JsonValueKind.Array } && list.GetArrayLength() > 0 && list[0].ValueKind != JsonValueKind.Null
            ? list[0]
            : null;
}
