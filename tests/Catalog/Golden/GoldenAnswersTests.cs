using Strata.Registrar;
using Strata.TestSupport;

namespace Strata.Catalog.Tests.Golden;

/// <summary>What the real client hears from us, against what it heard from Rerun 0.41.0's own server: schema, tables, index ranges, and every reader.</summary>
public sealed class GoldenAnswersTests
{
    /// <summary>Rerun's server loads a file without footer into memory and then counts memory; after that no chunk of indicators is left.</summary>
    private static readonly (string, string)[] Footerless = [("rerun_size_bytes", "heap size instead of stored size"), ("rerun_num_chunks", "chunks that memory dropped are not counted")];

    [Fact]
    public async Task Every_layout_of_joints_reads_as_from_Reruns_server()
    {
        await using var host = await CatalogHost.StartAsync();

        var outcome = await (await new GoldenCases(host).AddFolderAsync(Data("joint_layouts"), Data("golden/joint_layouts"))).CompareAsync();

        outcome.Differences.ShouldBeEmpty();
        outcome.Answers.ShouldBeGreaterThan(150);
    }

    [Fact]
    public async Task The_sample_episodes_read_as_from_Reruns_server()
    {
        await using var host = await CatalogHost.StartAsync();
        var samples = Path.GetFullPath(Path.Combine(TestData.Folder("sdk"), "../../../samples/sample_5"));

        var outcome = await (await new GoldenCases(host).AddFolderAsync(samples, Path.Combine(samples, "golden"))).CompareAsync();

        outcome.Differences.ShouldBeEmpty();
        outcome.Answers.ShouldBeGreaterThan(50);
    }

    [Fact]
    public async Task Files_of_every_version_since_0_23_read_as_from_Reruns_server()
    {
        await using var host = await CatalogHost.StartAsync();

        var outcome = await (await new GoldenCases(host).AddFolderAsync(Data("versions"), Data("golden/versions"))).CompareAsync();

        outcome.Beside(Footerless).ShouldBeEmpty();
        outcome.Answers.ShouldBeGreaterThan(70);
    }

    [Fact]
    public async Task Every_feature_of_recordings_reads_as_from_Reruns_server()
    {
        await using var host = await CatalogHost.StartAsync();
        var (recordings, answers) = (TestData.Shared("sdk/features"), TestData.Shared("sdk/golden/features"));

        var outcome = await (await new GoldenCases(host).AddFolderAsync(recordings, answers)).CompareAsync();

        outcome.Beside([.. Footerless, ("properties: manifest, rows[0], property:twice:v", "Rerun's two tables contradict each other")]).ShouldBeEmpty();
        outcome.Answers.ShouldBeGreaterThan(250);
    }

    [Fact]
    public async Task What_Reruns_tools_make_of_files_reads_as_from_Reruns_server()
    {
        await using var host = await CatalogHost.StartAsync();
        var (recordings, answers) = (TestData.Shared("sdk/features/cli"), TestData.Shared("sdk/golden/features/cli"));

        var outcome = await (await new GoldenCases(host).AddFolderAsync(recordings, answers)).CompareAsync();

        outcome.Beside(("cat_", "two files joined are refused by Rerun, and read whole by us")).ShouldBeEmpty();
        outcome.Answers.ShouldBeGreaterThan(150);
    }

    [Fact]
    public async Task Layers_registered_replaced_and_removed_read_as_from_Reruns_server()
    {
        await using var host = await CatalogHost.StartAsync();
        var dataset = await ReadDataset.CreateAsync(host);
        var steps = Path.Combine(Data("golden/layers"), "steps.json");

        await dataset.RegisterAsync(Layer("pick_01_base"), Layer("place_02_base"));
        await CompareAsync("1_base");
        await dataset.RegisterLayerAsync("labels", OnDuplicate.Error, Layer("pick_01_labels"), Layer("place_02_labels"));
        await CompareAsync("2_labels");
        await dataset.RegisterLayerAsync("metrics", OnDuplicate.Error, Layer("pick_01_metrics"));
        await CompareAsync("3_metrics");
        await dataset.RegisterLayerAsync("extra", OnDuplicate.Error, Layer("place_02_base"));
        await CompareAsync("6_after_partly_refused_request");
        await dataset.RegisterLayerAsync("base", OnDuplicate.Replace, Layer("pick_01_metrics"));
        await CompareAsync("7_base_replaced_by_metrics");
        await dataset.UnregisterAsync("pick_01", "labels");
        await CompareAsync("8_labels_of_pick_01_unregistered");

        async Task CompareAsync(string step)
        {
            var outcome = await new GoldenCases(host).Add(dataset.Name, steps, step).CompareAsync();
            outcome.Differences.ShouldBeEmpty(step);
            outcome.Answers.ShouldBe(7);
        }

        static string Layer(string name) => Path.Combine(Data("layers"), name + ".rrd");
    }

    private static string Data(string folder) => Path.Combine(TestData.Folder("sdk"), folder);
}
