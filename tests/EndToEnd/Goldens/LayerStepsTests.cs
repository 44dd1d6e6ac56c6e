using System.Text.Json;
using Strata.Cli;
using Strata.Projections;
using Strata.Web;

namespace Strata.EndToEnd.Tests;

/// <summary>
/// Two segments whose layers overlap, step by step as Rerun 0.41.0's server went through them: registered, refused, partly refused, replaced, unregistered.
/// After each step the tables are Rerun's, the order of a segment's layers and which layer's property shows included.
/// </summary>
public sealed class LayerStepsTests
{
    private const string Dataset = "layers";

    private static readonly string Data = Path.Combine(Samples.Repository, "tests", "Data", "sdk");

    private static readonly JsonElement Steps = JsonElement.Parse(File.ReadAllBytes(Path.Combine(Data, "golden", "layers", "steps.json")));

    /// <summary>Times of registration, and what Rerun's Python client takes off the manifest.</summary>
    private static readonly string[] Except = ["rerun_last_updated_at", "rerun_registration_time", "rerun_registration_status"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task After_every_step_with_layers_the_tables_are_Reruns()
    {
        await using var strata = await StrataInProcess.StartAsync(Roles.Registrar | Roles.Projections);
        await RegisterAsync(strata, "base", "error", "pick_01_base", "place_02_base");
        await ShouldBeAsync(strata, "1_base");
        await RegisterAsync(strata, "labels", "error", "pick_01_labels", "place_02_labels");
        await ShouldBeAsync(strata, "2_labels");
        await RegisterAsync(strata, "metrics", "error", "pick_01_metrics");
        await ShouldBeAsync(strata, "3_metrics");

        var again = (await RegisterAsync(strata, "base", "error", "pick_01_base")).Single();
        again.Status.ShouldBe("failed");
        again.Reason!.ShouldContain("already exists");
        Steps.GetProperty("4_register_base_again").GetProperty("error").GetString()!.ShouldContain("already exists");

        await RegisterAsync(strata, "extra", "error", "place_02_base");
        await ShouldBeAsync(strata, "6_after_partly_refused_request");
        (await RegisterAsync(strata, "base", "skip", "pick_01_base")).Single().Status.ShouldBe("skipped");
        (await RegisterAsync(strata, "base", "replace", "pick_01_metrics")).Single().Status.ShouldBe("replaced");
        await ShouldBeAsync(strata, "7_base_replaced_by_metrics");
        await strata.Operations.RunAsync(UnregisterOperation.Route, new UnregisterRequest(Dataset, ["pick_01"], ["labels"]), NoProgress.Instance, Token);
        await ShouldBeAsync(strata, "8_labels_of_pick_01_unregistered");

        (await RegisterAsync(strata, "both", "error", "place_02_base", "place_02_labels")).ShouldAllBe(r => r.Status == "failed");
        Steps.GetProperty("9_same_segment_twice_in_one_request").GetProperty("error").GetString()!.ShouldContain("duplicate segment layers");
        await ShouldBeAsync(strata, "8_labels_of_pick_01_unregistered");
    }

    private static async Task<IReadOnlyList<RegisteredLine>> RegisterAsync(StrataInProcess strata, string layer, string onDuplicate, params string[] files) =>
        (await strata.RegisterAsync(Dataset, files.Select(f => Path.Combine(Data, "layers", f + ".rrd")), wait: false, layer, onDuplicate, RuleSets.None)).Recordings;

    private static async Task ShouldBeAsync(StrataInProcess strata, string step)
    {
        var golden = Steps.GetProperty(step);
        var dataset = (await strata.ReadModels.Entries.FindAsync(Dataset, Token))!.Dataset;
        var segments = await strata.ReadModels.Segments.ReadAsync(dataset, new TableQuery(), Token);
        GoldenText.Rows(segments, Except).ShouldBe(GoldenText.Rows(golden.GetProperty("segment_table"), Except), step);

        // Rows by segment and layer name, as the golden ones are.
        var manifest = await strata.ReadModels.Manifest.ReadAsync(dataset, new TableQuery(), Token);
        GoldenText.Rows(manifest, Except).Order(StringComparer.Ordinal).ShouldBe(GoldenText.Rows(golden.GetProperty("manifest"), Except).Order(StringComparer.Ordinal), step);

        var schema = await strata.ReadModels.Schemas.ReadAsync(dataset, null, Token);
        GoldenText.Columns(schema).Order(StringComparer.Ordinal).ShouldBe(GoldenText.Columns(golden.GetProperty("dataset_schema")).Order(StringComparer.Ordinal), step);
    }
}
