using System.Text.RegularExpressions;
using Strata.Contracts;
using Strata.DerivationWorkers;
using Strata.Registrar;
using Strata.Rrd.Tests;
using Strata.TestSupport;

namespace Strata.Catalog.Tests.Acceptance;

/// <summary>Rerun's how-to with the real client against this server, with and without rules. Source: DESIGN §1.</summary>
public sealed partial class HowToTests : IDisposable
{
    private const string Dataset = "sample_dataset";

    /// <summary>How often the script meets workers of random delays.</summary>
    private const int Runs = 50;

    /// <summary>Most of a run waits for workers.</summary>
    private const int RunsAtATime = 2;

    private const int LongestDelayMs = 700;

    /// <summary>What the tables and readers show once both layers stand, and the derived values beside the golden ones.</summary>
    private const string Check =
        """
        import json, sys
        import pyarrow as pa
        from rerun.catalog import CatalogClient
        dataset = CatalogClient("SERVER").get_dataset(name="sample_dataset")
        def show(*more):
            print(dataset.segment_table().select("rerun_segment_id", "rerun_layer_names", *more).sort("rerun_segment_id"))
        show("property:quality:tracking_good")
        show()
        golden = json.load(open("GOLDEN"))["segments"]
        rows = pa.table(dataset.filter_contents(["/derived/tracking_error"]).reader(index="real_time"))
        found = {}
        for segment, at, value in zip(rows["rerun_segment_id"].to_pylist(), rows["real_time"].cast(pa.int64()).to_pylist(), rows["/derived/tracking_error:Scalars:scalars"].to_pylist()):
            found.setdefault(segment, {})[at] = value[0]
        assert found.keys() == golden.keys(), (found.keys(), golden.keys())
        for segment, expected in golden.items():
            assert found[segment].keys() == set(expected["timestamps_ns"]), segment
            for at, error in zip(expected["timestamps_ns"], expected["tracking_error"]):
                assert abs(found[segment][at] - error) <= 1e-12, (segment, at, found[segment][at], error)
        joints = dataset.filter_contents(["/action/joint_positions", "/observation/joint_positions"]).reader(index="real_time")
        assert pa.table(joints).num_rows == sum(len(s["timestamps_ns"]) for s in golden.values())
        """;

    private static readonly string[] Golden = Tables(File.ReadAllText(Path.Combine(Samples, "golden", "layers_howto_0.41.0.txt")));

    private readonly TestFolder _folder = new();

    /// <summary>The five episodes of the repository.</summary>
    private static string Samples => Path.Combine(Path.GetDirectoryName(TestData.Folder("crafted"))!, "..", "..", "samples", "sample_5");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public Task Without_rules_Reruns_script_prints_its_four_tables() => PrintsFourTablesAsync(HowToScript.Reruns());

    [Fact]
    public Task Without_rules_a_script_that_does_the_same_prints_the_four_tables() => PrintsFourTablesAsync(HowToScript.Ours());

    [Fact]
    public Task With_rules_Reruns_script_ends_well_and_prints_its_last_two_tables_whenever_the_workers_finish() => MeetsWorkersAsync(HowToScript.Reruns(), Runs);

    [Fact]
    public Task With_rules_a_script_that_does_the_same_ends_well_whenever_the_workers_finish() => MeetsWorkersAsync(HowToScript.Ours(), Runs);

    [Fact]
    public Task With_rules_both_layers_appear_by_themselves_after_the_set_up_of_Reruns_script_with_the_same_values() => AppearAsync(HowToScript.Reruns());

    [Fact]
    public Task With_rules_both_layers_appear_by_themselves_after_the_set_up_with_the_same_values() => AppearAsync(HowToScript.Ours());

    [Fact]
    public Task Run_twice_Reruns_script_hears_that_its_layers_exist_and_after_a_restart_its_readers_find_them_without_its_files() => RunTwiceAsync(HowToScript.Reruns());

    [Fact]
    public Task Run_twice_the_script_hears_that_its_layers_exist_and_after_a_restart_its_readers_find_them_without_its_files() => RunTwiceAsync(HowToScript.Ours());

    private async Task AppearAsync(HowToScript script)
    {
        await using var python = PythonScripts.Start(RerunSdk.Python());
        await using var host = await StartAsync("data", hasRules: true);

        var setUp = await python.RunAsync(script.SetUpAgainst(host.Url));
        setUp.Error.ShouldBeNull();
        await host.SettledAsync(await DatasetIdAsync(host));
        var shown = await python.RunAsync(CheckAgainst(host.Url));

        shown.Error.ShouldBeNull();
        Tables(shown.Printed).ShouldBe(Golden[2..]);
        (await host.StandingAsync(await DatasetIdAsync(host), FirstSegment, TrackingErrorDeriver.DeriverName))!.Origin.ShouldBe(LayerOrigin.Derived);
    }

    private async Task RunTwiceAsync(HowToScript script)
    {
        await using (var host = await StartAsync("data", hasRules: false))
        {
            // A process each: what it registered lies in a folder that is gone when it ends.
            var first = await RunOnceAsync(script.Against(host.Url));
            first.Error.ShouldBeNull();
            var before = await host.Ports.Store.HeadAsync(TestContext.Current.CancellationToken);
            var second = await RunOnceAsync(script.Against(host.Url));
            second.Error.ShouldNotBeNull().ShouldContain("already exists");
            (await host.StandingAsync(await DatasetIdAsync(host), FirstSegment, TrackingErrorDeriver.DeriverName))!.StorageUrl.ShouldEndWith($"{FirstSegment}_tracking_error.rrd");
            var after = (await host.Ports.Store.ReadAsync(before, 1_000, TestContext.Current.CancellationToken)).Events;
            after.Select(e => e.Event).ShouldHaveSingleItem().ShouldBeOfType<RegistrationFinished>().Failures.Count.ShouldBe(5);
        }

        await using (var host = await StrataHost.StartAsync(_folder.Path("data")))
        {
            var shown = await RunOnceAsync(CheckAgainst(host.Url));
            shown.Error.ShouldBeNull();
            Tables(shown.Printed).ShouldBe(Golden[2..]);
        }
    }

    private static string FirstSegment => Path.GetFileNameWithoutExtension(Directory.GetFiles(Samples, "*.rrd").Order(StringComparer.Ordinal).First());

    private async Task PrintsFourTablesAsync(HowToScript script)
    {
        await using var python = PythonScripts.Start(RerunSdk.Python());
        await using var host = await StartAsync("data", hasRules: false);

        var result = await python.RunAsync(script.Against(host.Url));

        result.Error.ShouldBeNull();
        Golden.Length.ShouldBe(4);
        Tables(result.Printed).ShouldBe(Golden);
    }

    private Task MeetsWorkersAsync(HowToScript script, int runs) => Task.WhenAll(Enumerable.Range(0, RunsAtATime).Select(first => MeetsWorkersAsync(script, first, runs)));

    private async Task MeetsWorkersAsync(HowToScript script, int first, int runs)
    {
        await using var python = PythonScripts.Start(RerunSdk.Python());
        for (var run = first; run < runs; run += RunsAtATime)
        {
            await using var host = await StartAsync($"data-{run}", hasRules: true, delaysSeed: run);

            var result = await python.RunAsync(script.Against(host.Url));

            result.Error.ShouldBeNull($"run {run}");
            Tables(result.Printed)[2..].ShouldBe(Golden[2..], $"run {run}");
        }
    }

    /// <param name="delaysSeed">When given, each batch that a worker records waits for a random time first.</param>
    private async Task<StrataHost> StartAsync(string data, bool hasRules, int? delaysSeed = null)
    {
        var host = await StrataHost.StartAsync(_folder.Path(data));
        if (delaysSeed is { } seed)
        {
            var random = new Random(seed);
            host.Gates.BeforeRecord = token => Task.Delay(random.Next(LongestDelayMs), token);
        }

        await host.CreateAsync(Dataset, hasRules);
        var outcome = await host.RegisterAsync(Dataset, OnDuplicate.Error, HowToRules.BaseLayer, [.. Directory.GetFiles(Samples, "*.rrd").Select(Path.GetFullPath)]);
        await host.Ports.ReadModels.WaitForAsync(outcome.Position, TestContext.Current.CancellationToken);
        return host;
    }

    private static async Task<DatasetId> DatasetIdAsync(StrataHost host) => (await host.Ports.ReadModels.Entries.FindAsync(Dataset, TestContext.Current.CancellationToken))!.Dataset;

    private static async Task<ScriptResult> RunOnceAsync(string script)
    {
        await using var python = PythonScripts.Start(RerunSdk.Python());
        return await python.RunAsync(script);
    }

    private static string CheckAgainst(Uri server) => Check
        .Replace("SERVER", $"rerun+{server}", StringComparison.Ordinal)
        .Replace("GOLDEN", Path.GetFullPath(Path.Combine(Samples, "golden", "tracking.json")), StringComparison.Ordinal);

    /// <summary>Each table is a box whose border begins a line.</summary>
    private static string[] Tables(string printed) => [.. TableStart().Split(printed.ReplaceLineEndings("\n")).Select(t => t.Trim()).Where(t => t.Length > 0)];

    [GeneratedRegex("^(?=┌)", RegexOptions.Multiline)]
    private static partial Regex TableStart();
}
