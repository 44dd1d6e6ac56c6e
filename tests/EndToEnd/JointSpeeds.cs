using System.Text.Json;

namespace Strata.EndToEnd.Tests;

/// <summary>What samples/python/joint_speed.py promises, of what the catalog gives as joints.</summary>
internal static class JointSpeeds
{
    private const double Tolerance = 1e-9;

    /// <summary>Each segment has the layer, and in it ‖q(tᵢ₊₁) − q(tᵢ)‖ / (tᵢ₊₁ − tᵢ) at tᵢ₊₁, and the largest as property.</summary>
    public static async Task ShouldBeDerivedAsync(string data, string dataset)
    {
        foreach (var row in (await StrataProgram.JsonAsync(data, 0, "segments", dataset)).EnumerateArray())
        {
            var segment = row.GetProperty("rerun_segment_id").GetString()!;
            StrataProgram.Layers(row).Split(", ").ShouldContain("joint_speed");
            var joints = await ColumnAsync(data, dataset, segment, "/observation/joint_positions");
            var expected = joints.Skip(1).Zip(joints, (b, a) => (b.TimeNs, Speed: Math.Sqrt(b.Row.Zip(a.Row, (y, x) => (y - x) * (y - x)).Sum()) / ((b.TimeNs - a.TimeNs) / 1e9))).ToList();
            var found = await ColumnAsync(data, dataset, segment, "/derived/joint_speed");
            found.Select(r => r.TimeNs).ShouldBe(expected.Select(r => r.TimeNs));
            found.Zip(expected).ShouldAllBe(pair => Math.Abs(pair.First.Row[0] - pair.Second.Speed) <= Tolerance * Math.Max(1, pair.Second.Speed));
            Only(row, "property:joint_speed:peak").GetDouble().ShouldBe(expected.Max(r => r.Speed), Tolerance);
        }
    }

    /// <summary>Times and numbers of each row.</summary>
    public static async Task<List<(long TimeNs, double[] Row)>> ColumnAsync(string data, string dataset, string segment, string entity)
    {
        var column = $"{entity}:Scalars:scalars";
        var rows = await StrataProgram.JsonAsync(data, 0, "query", dataset, "--index", "real_time", "--segment", segment, "--contents", column);
        return [.. rows.EnumerateArray()
            .Where(r => r.GetProperty(column).ValueKind == JsonValueKind.Array)
            .Select(r => (r.GetProperty("real_time").GetInt64(), r.GetProperty(column).EnumerateArray().Select(v => v.GetDouble()).ToArray()))];
    }

    public static JsonElement Only(JsonElement row, string column) => row.GetProperty(column) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray().Single() : row.GetProperty(column);
}
