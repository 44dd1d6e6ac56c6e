using System.Text.Json;
using Strata.Arrow;
using Strata.Cli;
using Strata.Projections;
using Strata.Rrd;
using Strata.Rrd.Tests;
using Strata.Web;

namespace Strata.EndToEnd.Tests;

/// <summary>
/// Segment table, dataset manifest, dataset schema and chunk index of what the real SDK wrote, column for column (name, type, nullability, metadata) and value
/// for value as Rerun 0.41.0's own server shows them. Source: catalog-protocol §2.9–2.11, §6.4.
/// </summary>
public sealed class GoldenTableTests(GoldenCatalog catalog) : IClassFixture<GoldenCatalog>
{
    /// <summary>When it was registered: another time here than there.</summary>
    private static readonly string[] Times = ["rerun_last_updated_at", "rerun_registration_time"];

    /// <summary>The Python client takes it off before it shows the manifest; on the wire it is there (catalog-protocol §2.10).</summary>
    private const string HiddenByTheClient = "rerun_registration_status";

    /// <summary>A file without footer is read into memory by Rerun's server, which then counts what is left of the chunks there (catalog-protocol §6.5).</summary>
    private static readonly string[] InMemory = ["rerun_num_chunks", "rerun_size_bytes"];

    /// <summary>
    /// A property that a recording sets twice. Rerun's server shows the value of the last chunk in its segment table and that of the newest row in its manifest;
    /// ours is the segment table's in both.
    /// </summary>
    private const string SetTwice = "property:twice:v";

    public static TheoryData<string> Recordings => [.. GoldenRecording.All.Select(r => r.Name).Where(name => name != GoldenRecording.WithoutAnything)];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Recordings))]
    public async Task The_segment_table_is_Reruns_column_for_column(string name)
    {
        var recording = GoldenRecording.Named(name);

        var table = await catalog.Strata.ReadModels.Segments.ReadAsync(await catalog.FindAsync(recording.Dataset), new TableQuery(), Token);

        GoldenText.Columns(table.Schema).ShouldBe(GoldenText.Columns(recording.Golden.GetProperty("segment_table_schema")));
        string[] except = [.. Times, .. recording.HasFooter ? [] : InMemory];
        GoldenText.Rows(table, except).ShouldBe(GoldenText.Rows(recording.Golden.GetProperty("segment_table"), except));
    }

    [Theory]
    [MemberData(nameof(Recordings))]
    public async Task The_dataset_manifest_is_Reruns_column_for_column(string name)
    {
        var recording = GoldenRecording.Named(name);

        var table = await catalog.Strata.ReadModels.Manifest.ReadAsync(await catalog.FindAsync(recording.Dataset), new TableQuery(), Token);

        GoldenText.Columns(table.Schema, HiddenByTheClient).ShouldBe(GoldenText.Columns(recording.Golden.GetProperty("manifest_schema")));
        var golden = recording.Golden;
        var contradictsItself = JsonText.Of(Cell(golden, "manifest", SetTwice)) != JsonText.Of(Cell(golden, "segment_table", SetTwice));
        contradictsItself.ShouldBe(name == "features/properties");
        string[] except = [HiddenByTheClient, .. Times, .. recording.HasFooter ? [] : InMemory, .. contradictsItself ? [SetTwice] : Array.Empty<string>()];
        GoldenText.Rows(table, except).ShouldBe(GoldenText.Rows(golden.GetProperty("manifest"), except));
        ((StringArray)table.Column(table.Schema.GetFieldIndex(HiddenByTheClient))).GetString(0).ShouldBe("done");
    }

    [Theory]
    [MemberData(nameof(Recordings))]
    public async Task The_dataset_schema_is_Reruns_column_for_column(string name)
    {
        var recording = GoldenRecording.Named(name);

        var schema = await catalog.Strata.ReadModels.Schemas.ReadAsync(await catalog.FindAsync(recording.Dataset), null, Token);

        // Rerun's server gives the fields in the order of a hash map, another one at each call.
        GoldenText.Columns(schema).Order(StringComparer.Ordinal).ShouldBe(GoldenText.Columns(recording.Golden.GetProperty("dataset_schema")).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Recordings))]
    public async Task The_chunk_index_lists_the_chunks_that_Rerun_reads(string name)
    {
        var recording = GoldenRecording.Named(name);
        var store = recording.Golden.GetProperty("reader_local").GetProperty("stores").EnumerateArray().Single(s => s.GetProperty("kind").GetString() == "recording");

        var segment = recording.Golden.GetProperty("segment_table")[0].GetProperty("rerun_segment_id").GetString()!;
        var layer = (await catalog.Strata.ReadModels.Chunks.ReadAsync(await catalog.FindAsync(recording.Dataset), segment, null, Token)).ShouldHaveSingleItem();

        layer.ApplicationId.ShouldBe(store.GetProperty("application_id").GetString());
        layer.Chunks.Length.ShouldBe(store.GetProperty("num_chunks").GetInt32());
        var listed = store.GetProperty("chunks").EnumerateArray().Where(c => c.TryGetProperty("id", out _)).Select(ChunkLine).ToList();
        var found = ChunkLines(layer.Chunks);
        (listed.Count == found.Count ? found : found.Intersect(listed)).Order(StringComparer.Ordinal).ShouldBe(listed.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Of_a_recording_with_nothing_in_it_there_is_no_row_and_the_columns_are_Reruns()
    {
        var recording = GoldenRecording.Named(GoldenRecording.WithoutAnything);
        await catalog.Strata.Operations.RunAsync(CreateDatasetOperation.Route, new CreateDatasetRequest(recording.Dataset, Rules: RuleSets.None), NoProgress.Instance, Token);

        var line = (await catalog.Strata.RegisterAsync(recording.Dataset, [recording.Path], wait: false)).Recordings.ShouldHaveSingleItem();

        recording.Golden.GetProperty("register").GetArrayLength().ShouldBe(0);
        line.Status.ShouldBe("failed");
        line.Reason!.ShouldContain("holds no recording");
        var (dataset, models) = (await catalog.FindAsync(recording.Dataset), catalog.Strata.ReadModels);
        var segments = await models.Segments.ReadAsync(dataset, new TableQuery(), Token);
        var manifest = await models.Manifest.ReadAsync(dataset, new TableQuery(), Token);
        (segments.Length, manifest.Length, (await models.Schemas.ReadAsync(dataset, null, Token)).FieldCount).ShouldBe((0, 0, 0));
        GoldenText.Columns(segments.Schema).ShouldBe(GoldenText.Columns(recording.Golden.GetProperty("segment_table_schema")));
        GoldenText.Columns(manifest.Schema, HiddenByTheClient).ShouldBe(GoldenText.Columns(recording.Golden.GetProperty("manifest_schema")));
    }

    private static JsonElement Cell(JsonElement golden, string table, string column) => golden.GetProperty(table)[0].TryGetProperty(column, out var cell) ? cell : default;

    private static string ChunkLine(JsonElement chunk) => string.Join('|',
        chunk.GetProperty("id").GetString()!.ToLowerInvariant(), chunk.GetProperty("entity").GetString(), chunk.GetProperty("rows").GetInt64(), chunk.GetProperty("static").GetBoolean(),
        string.Join(',', chunk.GetProperty("timelines").EnumerateArray().Select(t => t.GetString()).Order(StringComparer.Ordinal)));

    private static List<string> ChunkLines(RecordBatch chunks)
    {
        var (entities, ids) = ((StringArray)Column(chunks, "chunk_entity_path"), (FixedSizeBinaryArray)Column(chunks, "chunk_id"));
        var (statics, rows) = ((BooleanArray)Column(chunks, "chunk_is_static"), (UInt64Array)Column(chunks, "chunk_num_rows"));
        var starts = chunks.Schema.FieldsList.Index()
            .Where(f => f.Item.Name.EndsWith(":start", StringComparison.Ordinal) && f.Item.Metadata.Keys.SequenceEqual(["rerun:index"]))
            .Select(f => (Timeline: f.Item.Metadata["rerun:index"], Values: chunks.Column(f.Index)))
            .ToList();
        return [.. Enumerable.Range(0, chunks.Length).Select(row => string.Join('|',
            "chunk_" + Convert.ToHexStringLower(ids.GetBytes(row)), EntityPath.Parse(entities.GetString(row)!), rows.Values[row], statics.GetValue(row),
            string.Join(',', starts.Where(s => !s.Values.IsNull(row)).Select(s => s.Timeline).Order(StringComparer.Ordinal))))];
    }

    private static IArrowArray Column(RecordBatch batch, string name) => batch.Column(batch.Schema.GetFieldIndex(name));
}
