using System.Text.Json;
using Strata.Contracts;
using Strata.DerivationWorkers;
using Strata.Registrar;
using Strata.Rrd.Tests;
using Strata.TestSupport;

namespace Strata.Catalog.Tests.Acceptance;

/// <summary>Layers that rules made, read by the real client beside those that people gave, from this server and from Rerun's own.</summary>
public sealed class DerivedReadingTests : IDisposable
{
    /// <summary>Arguments: URL and dataset; or a dataset and pairs of file and layer, which Rerun's own server then serves.</summary>
    private const string Script =
        """
        import json, pathlib, sys
        import pyarrow as pa
        from rerun.catalog import CatalogClient
        from rerun.server import Server

        def plain(column):
            kind = column.type
            if pa.types.is_timestamp(kind):
                column = column.cast(pa.int64())
            elif pa.types.is_list(kind) and pa.types.is_timestamp(kind.value_type):
                column = column.cast(pa.list_(pa.int64()))
            return column.to_pylist()

        def rows(frame, *order):
            table = pa.table(frame.sort(*order))
            return [dict(zip(table.column_names, row)) for row in zip(*map(plain, table.columns))]

        def show(dataset):
            print(json.dumps({
                "segments": rows(dataset.segment_table(), "rerun_segment_id"),
                "rows": rows(dataset.reader(index="real_time"), "rerun_segment_id", "real_time"),
            }))

        if sys.argv[1].startswith("rerun+"):
            show(CatalogClient(sys.argv[1]).get_dataset(name=sys.argv[2]))
        else:
            with Server(host="127.0.0.1") as server:
                dataset = server.client().create_dataset(sys.argv[1])
                for file, layer in zip(sys.argv[2::2], sys.argv[3::2]):
                    dataset.register([pathlib.Path(file).as_uri()], layer_name=layer).wait()
                show(dataset)
        """;

    private const string Dataset = "arm";
    private const string Errors = "/derived/tracking_error:Scalars:scalars";
    private const string Good = "property:quality:tracking_good";
    private const string StartTime = "property:RecordingInfo:start_time";

    private static readonly string[] Derived = [TrackingErrorDeriver.DeriverName, QualityDeriver.DeriverName];

    private readonly TestFolder _folder = new();

    /// <summary>The five episodes of the repository.</summary>
    private static string Samples => Path.GetFullPath(Path.Combine(TestData.Folder("sdk"), "../../../samples/sample_5"));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Derived_layers_join_a_segment_and_leave_alone_what_it_says_of_itself()
    {
        await using var host = await StrataHost.StartAsync(_folder.Path("data"));
        await RegisterSamplesAsync(host);

        var read = await ReadAsync(host);

        var golden = Golden("tracking.json").GetProperty("segments");
        read.Segments.Count.ShouldBe(5);
        foreach (var segment in read.Segments)
        {
            var id = segment["rerun_segment_id"].GetString()!;
            segment["rerun_layer_names"].Deserialize<string[]>().ShouldBe([HowToRules.BaseLayer, .. Derived]);
            segment.Keys.ShouldNotContain(column => column.Contains("provenance", StringComparison.OrdinalIgnoreCase));
            segment[StartTime].Deserialize<long[]>().ShouldBe(Golden(id + ".json").GetProperty("segment_table")[0].GetProperty(StartTime).Deserialize<long[]>());
            segment[Good].Deserialize<bool[]>().ShouldBe([golden.GetProperty(id).GetProperty("tracking_good").GetBoolean()]);
            var errors = read.Rows.Where(row => row["rerun_segment_id"].GetString() == id).Select(ErrorOf).OfType<double>().ToList();
            errors.ShouldBe(golden.GetProperty(id).GetProperty("tracking_error").Deserialize<double[]>()!, tolerance: 1e-12);
        }
    }

    [Fact]
    public async Task Of_a_derived_and_a_given_layer_that_tell_one_value_the_newest_row_id_wins()
    {
        await using var host = await StrataHost.StartAsync(_folder.Path("data"));
        var dataset = await host.CreateAsync(Dataset);
        await GiveAsync(host, HowToRules.BaseLayer, JointRecording.Base("run", 0.25));
        await host.SettledAsync(dataset);
        await GiveAsync(host, "older", JointRecording.TrackingError("run", 0.5));
        var older = await ReadAsync(host);

        await GiveAsync(host, "later", JointRecording.TrackingError("run", 0.75, laterNs: 1_000));
        var later = await ReadAsync(host);

        older.Segments.Single()["rerun_layer_names"].Deserialize<string[]>().ShouldBe([HowToRules.BaseLayer, .. Derived, "older"]);
        older.Rows.Select(r => ErrorOf(r)!.Value).ShouldAllBe(e => Math.Abs(e - (0.25 * Math.Sqrt(2))) < 1e-12);
        later.Segments.Single()["rerun_layer_names"].Deserialize<string[]>().ShouldBe([HowToRules.BaseLayer, .. Derived, "older", "later"]);
        later.Rows.Select(ErrorOf).ShouldAllBe(e => e == 0.75);
        later.Rows.Count.ShouldBe(older.Rows.Count);
        foreach (var layer in Derived)
        {
            later.Rows.ShouldAllBe(row => row[ProvenanceOf(layer)][0].GetString()!.Contains($"\"deriver\":\"{layer}\""), "what no other layer tells is still there");
        }
    }

    [Fact]
    public async Task Reruns_own_server_serves_the_derived_files_with_the_same_values()
    {
        await using var host = await StrataHost.StartAsync(_folder.Path("data"));
        var dataset = await RegisterSamplesAsync(host);
        var ours = await ReadAsync(host);
        List<string> files = [];
        foreach (var layer in (string[])[HowToRules.BaseLayer, .. Derived])
        {
            foreach (var segment in ours.Segments.Select(s => s["rerun_segment_id"].GetString()!))
            {
                var standing = (await host.StandingAsync(dataset, segment, layer)).ShouldNotBeNull();
                files.AddRange([_folder.Path($"data/{standing.Kept.Location}"), layer]);
            }
        }

        var reruns = await AskAsync([Dataset, .. files]);

        reruns.Segments.Select(Comparable).ShouldBe(ours.Segments.Select(Comparable));
        reruns.Rows.Select(Comparable).ShouldBe(ours.Rows.Select(Comparable));
        ours.Rows.Count(row => ErrorOf(row) is not null).ShouldBeGreaterThan(1_000);
    }

    private static string ProvenanceOf(string layer) => $"/derived/{layer}:strata:provenance";

    private static double? ErrorOf(Row row) => row[Errors] is { ValueKind: JsonValueKind.Array } values ? values[0].GetDouble() : null;

    /// <summary>All but what is a server's own: where a file lies, when it heard of it, and the order of columns.</summary>
    private static string Comparable(Row row) => string.Join('\n', row.Where(cell => cell.Key is not ("rerun_storage_urls" or "rerun_last_updated_at")).OrderBy(cell => cell.Key, StringComparer.Ordinal).Select(cell => $"{cell.Key}: {cell.Value.GetRawText()}"));

    private static JsonElement Golden(string file) => JsonDocument.Parse(File.ReadAllText(Path.Combine(Samples, "golden", file))).RootElement;

    private static async Task<DatasetId> RegisterSamplesAsync(StrataHost host)
    {
        var dataset = await host.CreateAsync(Dataset);
        await host.RegisterAsync(Dataset, OnDuplicate.Error, HowToRules.BaseLayer, Directory.GetFiles(Samples, "*.rrd"));
        await host.SettledAsync(dataset);
        return dataset;
    }

    private async Task GiveAsync(StrataHost host, string layer, byte[] content)
    {
        var outcome = await host.RegisterAsync(Dataset, OnDuplicate.Error, layer, _folder.Write(layer + ".rrd", content));
        outcome.Recordings.Single().Status.ShouldBe(RegistrationStatus.Registered);
        await host.Ports.ReadModels.WaitForAsync(outcome.Position, TestContext.Current.CancellationToken);
    }

    private static Task<Answer> ReadAsync(StrataHost host) => AskAsync($"rerun+{host.Url}", Dataset);

    private static async Task<Answer> AskAsync(params string[] arguments)
    {
        var printed = await RerunSdk.PythonAsync(Script, arguments);
        return JsonSerializer.Deserialize<Answer>(printed.Split('\n').Single(line => line.StartsWith('{')), JsonSerializerOptions.Web)!;
    }

    private sealed record Answer(IReadOnlyList<Row> Segments, IReadOnlyList<Row> Rows);

    /// <summary>Cells by column, in the order of the columns.</summary>
    private sealed class Row : Dictionary<string, JsonElement>;
}
