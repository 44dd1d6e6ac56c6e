using System.Text.Json;
using Strata.Web;

namespace Strata.Cli;

/// <summary>What the rules made of a simulated recording.</summary>
/// <param name="Good">Null: none, or a person should look.</param>
/// <param name="MeanError">Of its tracking error, in radians.</param>
internal sealed record SegmentVerdict(bool? Good, double? MeanError)
{
    private const string MeanErrorColumn = "property:tracking_error:mean";

    /// <summary>Ends when the rules are done with the segment.</summary>
    public static async Task<SegmentVerdict> ReadAsync(IOperations operations, string dataset, string segment, CancellationToken cancellationToken)
    {
        var table = await operations.RunAsync(ListSegmentsOperation.Route, new ListSegmentsRequest(dataset, Segments: [segment], Wait: true), NoProgress.Instance, cancellationToken);
        var row = table.Rows.EnumerateArray().FirstOrDefault();
        return new(Value(row, DemoStages.Verdict)?.GetBoolean(), Value(row, MeanErrorColumn)?.GetDouble());
    }

    /// <summary>Properties are lists, of one value here.</summary>
    private static JsonElement? Value(JsonElement row, string column) =>
        row.ValueKind == JsonValueKind.Object && row.TryGetProperty(column, out var list) && list is { ValueKind: JsonValueKind.Array } && list.GetArrayLength() > 0 && list[0].ValueKind != JsonValueKind.Null
            ? list[0]
            : null;
}
