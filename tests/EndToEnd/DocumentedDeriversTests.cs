using System.Text.Json;
using Strata.EndToEnd.Tests.Docs;

namespace Strata.EndToEnd.Tests;

/// <summary>The rules of docs/derivers.md are declared as they stand there, and their properties appear in the segment table.</summary>
public sealed class DocumentedDeriversTests : IDisposable
{
    private const string Dataset = "my_robot";
    private const double Tolerance = 1e-12;
    private const double LagToleranceMs = 1e-5;

    private readonly string _folder = Directory.CreateTempSubdirectory("strata-docs-derivers-").FullName;

    private string Data => Path.Combine(_folder, "data");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Gaps_motion_and_lag_of_the_samples_stand_in_the_segment_table_beside_tracking_error_and_quality()
    {
        await using var server = await StrataServerProcess.StartAsync(Data);
        await DocumentedCommands.RunAsync(string.Join('\n', FencedBlocks.Of("docs/derivers.md", "sh")), _folder, Data, TestContext.Current.CancellationToken);

        await StrataProgram.JsonAsync(Data, 0, "register", Samples.Folder, "--dataset", Dataset, "--wait");

        var golden = await GoldenAsync("derivers.json");
        var lags = await GoldenAsync("lag.json");
        var rows = (await StrataProgram.JsonAsync(Data, 0, "segments", Dataset)).EnumerateArray().ToList();
        rows.Count.ShouldBe(Samples.Files.Length);
        foreach (var row in rows)
        {
            var wanted = golden.GetProperty(row.GetProperty("rerun_segment_id").GetString()!);
            StrataProgram.Layers(row).Split(", ").ShouldBe(["base", "gaps", "motion", "lag", "tracking_error", "quality", "verdict"], ignoreOrder: true);
            Only(row, "property:lag:lag_ms").GetDouble().ShouldBe(lags.GetProperty(row.GetProperty("rerun_segment_id").GetString()!).GetProperty("plain").GetProperty("lag_ms").GetDouble(), LagToleranceMs);
            Only(row, "property:motion:path_length").GetDouble().ShouldBe(wanted.GetProperty("motion").GetProperty("path_length").GetDouble(), Tolerance);
            Only(row, "property:motion:duration_s").GetDouble().ShouldBe(wanted.GetProperty("motion").GetProperty("duration_s").GetDouble(), Tolerance);
            Only(row, "property:gaps:max_ms").GetDouble().ShouldBe(wanted.GetProperty("gaps").EnumerateObject().Max(e => e.Value.GetProperty("max_gap_ms").GetDouble()), Tolerance);
            Only(row, "property:verdict:verdict").GetString().ShouldBe(Verdict(row), row.GetRawText());
            Only(row, "property:gaps:dropped_frames").GetInt64().ShouldBe(wanted.GetProperty("gaps").EnumerateObject().Sum(e => e.Value.GetProperty("dropped_frames").GetInt64()));
        }
    }

    [Fact]
    public async Task Each_other_deriver_has_its_layer_and_verify_derives_the_same_bytes_again()
    {
        await StrataProgram.JsonAsync(Data, 0, "dataset", "create", Dataset, "--rules", "none");
        foreach (var (deriver, parameters) in new[]
        {
            ("range", "{}"), ("smoothness", "{}"), ("static_joints", "{}"), ("completeness", """{"entities":["/camera/left","/camera/wrist"]}"""),
        })
        {
            await StrataProgram.JsonAsync(Data, 0, "rule", "declare", Dataset, deriver, "--deriver", deriver, "--input", "base", "--output", deriver, "--parameters", parameters);
        }

        await StrataProgram.JsonAsync(Data, 0, "register", Samples.Folder, "--dataset", Dataset);

        var row = (await StrataProgram.JsonAsync(Data, 0, "segments", Dataset)).EnumerateArray().First();
        StrataProgram.Layers(row).Split(", ").ShouldBe(["base", "range", "smoothness", "static_joints", "completeness"], ignoreOrder: true);
        Only(row, "property:completeness:missing_entities").GetString().ShouldBe("/camera/left");
        Only(row, "property:completeness:complete").GetBoolean().ShouldBeFalse();
        row.GetProperty("property:range:range_per_joint").GetArrayLength().ShouldBe(7);
        Only(row, "property:smoothness:sparc").GetDouble().ShouldBeLessThan(-1);
        var verified = await StrataProgram.JsonAsync(Data, 0, "verify", Dataset);
        (verified.GetProperty("different").GetArrayLength(), verified.GetProperty("equal").GetInt32()).ShouldBe((0, verified.GetProperty("checked").GetInt32()));
    }

    private static async Task<JsonElement> GoldenAsync(string name) => JsonElement.Parse(await File.ReadAllTextAsync(
        Path.Combine(Samples.Repository, "tests", "DerivationWorkers", "Goldens", name), TestContext.Current.CancellationToken)).GetProperty("samples");

    /// <summary>As the page declares it.</summary>
    private static string Verdict(JsonElement row)
    {
        var mean = Only(row, "property:tracking_error:mean").GetDouble();
        return mean < 0.13 && Only(row, "property:gaps:max_ms").GetDouble() < 200 ? "good" : mean < 0.2 ? "review" : "bad";
    }

    private static JsonElement Only(JsonElement row, string column) => row.GetProperty(column) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray().Single() : row.GetProperty(column);
}
