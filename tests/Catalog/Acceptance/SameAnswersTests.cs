using System.Text.Json;
using Strata.TestSupport;

namespace Strata.Catalog.Tests.Acceptance;

/// <summary>The real client asks this server and Rerun's own the same about the same files: schema, and every column of every reader, in their order.</summary>
public sealed class SameAnswersTests(PeersInTurn peers) : IClassFixture<PeersInTurn>, IDisposable
{
    private const string Ask =
        """
        import hashlib, json, pathlib, warnings
        import rerun as rr
        warnings.simplefilter("ignore")
        client = rr.catalog.CatalogClient("rerun+SERVER")
        dataset = client.create_dataset(pathlib.Path(FILE).stem.replace(".", "_"))
        try:
            dataset.register([pathlib.Path(FILE).as_uri()]).wait()
            refused = False
        except Exception:
            refused = True
        schema = dataset.schema()
        answer = {"refused": refused, "segments": dataset.segment_ids(), "columns": [field.name for field in schema.to_arrow()], "readers": {}}
        for index in [None] + [column.name for column in schema.index_columns()]:
            table = dataset.reader(index=index).to_arrow_table()
            digests = [hashlib.sha256(str(table[name].combine_chunks().to_pylist()).encode()).hexdigest() for name in table.column_names]
            answer["readers"][str(index)] = [f"{name}: {table.num_rows} rows {digest}" for name, digest in zip(table.column_names, digests)]
        print(json.dumps(answer))
        """;

    private const string NamesToSort =
        """
        import rerun as rr
        recording = rr.RecordingStream("order", recording_id="names")
        recording.save(FILE)
        for index in ["B", "a", "t10", "t2", "_t"]:
            recording.set_time(index, sequence=1)
        for path in ["world-x", "world/cube", "world", "World", "a10", "a2", r"a\\ 1", r"a\\!b", "z/1", "z/10", "z/2", "e1.02", "e1.001", "e010", "_x", "\u00e4"]:
            recording.log(path, rr.Points3D([[1, 2, 3]], colors=[255]))
            recording.log(path, rr.AnyValues(zeta=1, Alpha=2, t10=3, t2=4))
            for archetype in ["m.a", "Aa", "zz"]:
                recording.log(path, rr.DynamicArchetype(archetype, components={"B": 1, "a": 2}))
        for name in ["B", "b10", "b2", "in-fo", "in/fo", "info"]:
            recording.send_property(name, rr.AnyValues(z=1, A=2))
        recording.flush()
        """;

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Columns_of_names_that_sort_differently_as_text_come_in_Reruns_order()
    {
        var (rerun, python) = await peers.StartedAsync();
        await using var host = await StrataHost.StartAsync(_folder.Path("data"));
        var file = _folder.Path("names.rrd");
        (await python.RunAsync(NamesToSort.Replace("FILE", JsonSerializer.Serialize(file), StringComparison.Ordinal))).Error.ShouldBeNull();

        var ours = await AskAsync(python, host.Url, file);

        ours.Columns.Count.ShouldBeGreaterThan(200);
        (await AskAsync(python, rerun.Url, file)).Lines.ShouldBe(ours.Lines);
    }

    /// <summary>Of files that Rerun's server takes in and then shows nothing of, or whose form only builds before 0.23.0 wrote, ours must be readable all the same.</summary>
    [Theory]
    [InlineData("oracle_text_log.rrd", true)]
    [InlineData("oracle_v2.rrd", true)]
    [InlineData("phase3_scene.rrd", true)]
    [InlineData("min_text_log.rrd", false)]
    [InlineData("rerun_example_0.23.0-alpha.rrd", false)]
    [InlineData("rerun_example_0.12.0_msgpack.rrd", true)]
    [InlineData("rnl_map_0.22.1_msgpack.rrd", true)]
    public async Task A_public_recording_is_registered_and_read_as_by_Reruns_server(string name, bool isReadByReruns)
    {
        var file = TestData.Shared($"public/{name}");
        var (rerun, python) = await peers.StartedAsync();
        await using var host = await StrataHost.StartAsync(_folder.Path("data"));

        var ours = await AskAsync(python, host.Url, file);
        var theirs = await AskAsync(python, rerun.Url, file);

        if (isReadByReruns)
        {
            ours.Lines.ShouldBe(theirs.Lines);
        }
        else
        {
            theirs.Segments.ShouldBeEmpty();
            ours.Segments.ShouldHaveSingleItem();
            ours.Readers["log_tick"].ShouldContain(column => column.Contains(": 1 rows", StringComparison.Ordinal));
        }
    }

    private static async Task<Answer> AskAsync(PythonScripts python, Uri server, string file)
    {
        var script = Ask.Replace("SERVER", server.ToString(), StringComparison.Ordinal).Replace("FILE", JsonSerializer.Serialize(file), StringComparison.Ordinal);
        var (printed, error) = await python.RunAsync(script);
        error.ShouldBeNull();
        return JsonSerializer.Deserialize<Answer>(printed, JsonSerializerOptions.Web)!;
    }

    private sealed record Answer(bool Refused, IReadOnlyList<string> Segments, IReadOnlyList<string> Columns, IReadOnlyDictionary<string, IReadOnlyList<string>> Readers)
    {
        public IEnumerable<string> Lines =>
            [$"refused: {Refused}", .. Segments, .. Columns, .. Readers.SelectMany(reader => reader.Value.Select(column => $"by {reader.Key}: {column}"))];
    }
}
