using System.Text.Json;

namespace Strata.Rrd.Tests;

/// <summary>Files of real SDKs against what Rerun 0.41 says about them.</summary>
public class GoldenTests
{
    private static readonly string[] Folders = ["sdk/sample_5", "sdk/versions", "sdk/joint_layouts", "sdk/features", "sdk/features/cli", "robots"];

    public static TheoryData<string> GoldenFolders => [.. Folders];

    public static TheoryData<string> AllFolders => [.. Folders, "sdk/layers"];

    [Theory]
    [MemberData(nameof(GoldenFolders))]
    public async Task Stores_chunks_and_components_are_those_that_Rerun_lists(string folder)
    {
        foreach (var (file, golden) in Goldens(folder))
        {
            var (reader, source) = await OpenAsync(file);
            using var opened = source;
            var stores = golden.GetProperty("reader_local").GetProperty("stores").EnumerateArray().ToList();
            var expected = stores.Select(store => StoreLine(store)).Order().ToList();
            var found = reader.Contents.Stores.Where(store => store.Manifest.Count > 0)
                .Select(store => $"{store.Id.Kind} {store.Id.ApplicationId} {store.Id.RecordingId} {store.Manifest.Count}".ToLowerInvariant()).Order().ToList();
            found.ShouldBe(expected, file);
            foreach (var store in stores)
            {
                var mine = reader.Contents.Stores.Single(candidate => candidate.Id.RecordingId == store.GetProperty("recording_id").GetString()
                    && candidate.Id.ApplicationId == store.GetProperty("application_id").GetString()
                    && candidate.Id.Kind.ToString().Equals(store.GetProperty("kind").GetString(), StringComparison.OrdinalIgnoreCase));
                if (!store.TryGetProperty("chunks", out var chunks))
                {
                    continue;
                }
                var lines = new List<string>();
                await foreach (var chunk in reader.ReadChunksAsync(mine, TestContext.Current.CancellationToken))
                {
                    lines.Add(ChunkLine(chunk));
                }
                // Of very many chunks the golden file lists some and says how many it left out.
                var listed = chunks.EnumerateArray().Where(chunk => chunk.TryGetProperty("id", out var _)).Select(ChunkLine).ToList();
                listed.Except(lines).ShouldBeEmpty(file);
                listed.Distinct().Count().ShouldBe(Math.Min(lines.Count, listed.Count), file);
            }
        }
    }

    [Theory]
    [MemberData(nameof(GoldenFolders))]
    public async Task Schemas_are_those_of_Rerun(string folder)
    {
        foreach (var (file, golden) in Goldens(folder))
        {
            if (!golden.TryGetProperty("dataset_schema", out var schema) || schema.ValueKind != JsonValueKind.Object)
            {
                continue;
            }
            var (reader, source) = await OpenAsync(file);
            using var opened = source;
            var expected = schema.GetProperty("fields").EnumerateArray()
                .Select(field => FieldLine(field.GetProperty("name").GetString()!, field.GetProperty("nullable").GetBoolean(),
                    field.GetProperty("metadata").EnumerateObject().Select(pair => (pair.Name, pair.Value.GetString()!))))
                .Order(StringComparer.Ordinal).ToList();
            var found = reader.Contents.Recordings.Where(store => store.Manifest.Count > 0).SelectMany(store => store.Schema.FieldsList)
                .Select(field => FieldLine(field.Name, field.IsNullable, field.Metadata.Select(pair => (pair.Key, pair.Value))))
                .Distinct().Order(StringComparer.Ordinal).ToList();
            found.ShouldBe(expected, file);
        }
    }

    [Theory]
    [MemberData(nameof(GoldenFolders))]
    public async Task Index_ranges_are_those_of_Rerun(string folder)
    {
        foreach (var (file, golden) in Goldens(folder))
        {
            if (!golden.TryGetProperty("index_ranges", out var ranges) || ranges.ValueKind != JsonValueKind.Array)
            {
                continue;
            }
            var (reader, source) = await OpenAsync(file);
            using var opened = source;
            foreach (var row in ranges.EnumerateArray())
            {
                var store = reader.Contents.Recordings.Single(candidate => candidate.Id.RecordingId == row.GetProperty("rerun_segment_id").GetString());
                var expected = row.EnumerateObject().Where(pair => pair.Name != "rerun_segment_id" && pair.Value.ValueKind == JsonValueKind.Number)
                    .Select(pair => $"{pair.Name}={pair.Value.GetInt64()}").Order(StringComparer.Ordinal);
                var found = store.Manifest.Timelines.SelectMany(timeline => timeline.Total is { } total
                    ? new[] { $"{timeline.Timeline}:end={total.End}", $"{timeline.Timeline}:start={total.Start}" } : []).Order(StringComparer.Ordinal);
                found.ShouldBe(expected, file);
            }
        }
    }

    [Theory]
    [MemberData(nameof(GoldenFolders))]
    public async Task Property_columns_are_those_of_the_segment_table(string folder)
    {
        foreach (var (file, golden) in Goldens(folder))
        {
            if (!golden.TryGetProperty("segment_table_schema", out var schema) || schema.ValueKind != JsonValueKind.Object)
            {
                continue;
            }
            var (reader, source) = await OpenAsync(file);
            using var opened = source;
            var expected = schema.GetProperty("fields").EnumerateArray().Where(field => field.GetProperty("name").GetString()!.StartsWith("property:", StringComparison.Ordinal))
                .Select(field => FieldLine(field.GetProperty("name").GetString()!, field.GetProperty("nullable").GetBoolean(),
                    field.GetProperty("metadata").EnumerateObject().Select(pair => (pair.Name, pair.Value.GetString()!)))).Order(StringComparer.Ordinal).ToList();
            var found = new List<string>();
            foreach (var store in reader.Contents.Recordings)
            {
                var properties = await RecordingProperties.ReadAsync(reader, store, TestContext.Current.CancellationToken);
                found.AddRange(properties.Batch.Schema.FieldsList.Select(field => FieldLine(field.Name, field.IsNullable, field.Metadata.Select(pair => (pair.Key, pair.Value)))));
            }
            found.Distinct().Order(StringComparer.Ordinal).ToList().ShouldBe(expected, file);
        }
    }

    [Theory]
    [MemberData(nameof(GoldenFolders))]
    public async Task Property_values_are_those_of_the_segment_table(string folder)
    {
        foreach (var (file, golden) in Goldens(folder))
        {
            var (reader, source) = await OpenAsync(file);
            using var opened = source;
            foreach (var row in golden.GetProperty("segment_table").EnumerateArray())
            {
                var store = reader.Contents.Recordings.Single(candidate => candidate.Id.RecordingId == row.GetProperty("rerun_segment_id").GetString());

                // Without footer Rerun's server counts what is left of them in its memory: it drops chunks without components and static ones that were overwritten.
                if (reader.Contents.UsedFooter)
                {
                    row.GetProperty("rerun_num_chunks").GetInt32().ShouldBe(store.Manifest.Count, file);
                    row.GetProperty("rerun_size_bytes").GetInt64().ShouldBe(store.Manifest.TotalBytesWithHeaders, file);
                }
                var batch = (await RecordingProperties.ReadAsync(reader, store, TestContext.Current.CancellationToken)).Batch;
                for (var i = 0; i < batch.ColumnCount; i++)
                {
                    var name = batch.Schema.GetFieldByIndex(i).Name;
                    JsonText.Of(batch.Column(i), 0).ShouldBe(JsonText.Of(row.GetProperty(name)), $"{file}: {name}");
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(AllFolders))]
    public async Task Every_footer_is_used_and_its_schema_hash_is_ours(string folder)
    {
        foreach (var file in SharedRecordings.Files(folder).Where(file => !Path.GetFileName(file).StartsWith("cat_", StringComparison.Ordinal)))
        {
            var bytes = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
            var reader = await Recording.OpenAsync(bytes);
            var hasTrailer = bytes.AsSpan(^12..).StartsWith("RRF2FOOT"u8);
            reader.Contents.UsedFooter.ShouldBe(hasTrailer, $"{file}: {string.Join("; ", reader.Contents.Findings)}");
            if (hasTrailer)
            {
                reader.Contents.Findings.ShouldBeEmpty(file);
            }
        }
    }

    [Theory]
    [MemberData(nameof(AllFolders))]
    public async Task A_scan_finds_the_same_index_as_the_footer(string folder)
    {
        foreach (var file in SharedRecordings.Files(folder).Where(file => !Path.GetFileName(file).StartsWith("cat_", StringComparison.Ordinal)))
        {
            var bytes = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
            var footer = await Recording.OpenAsync(bytes);
            var scan = await Recording.OpenAsync([.. bytes, 0]);
            if (!footer.Contents.UsedFooter)
            {
                continue;
            }
            scan.Contents.UsedFooter.ShouldBeFalse(file);
            foreach (var store in footer.Contents.Stores.Where(store => store.Manifest.Count > 0))
            {
                var other = scan.Contents.Stores.Single(candidate => candidate.Id == store.Id);
                ManifestLines(other.Manifest).ShouldBe(ManifestLines(store.Manifest), file);
                other.SchemaSha256.ToArray().ShouldBe(store.SchemaSha256.ToArray(), file);
            }
        }
    }

    private static List<string> ManifestLines(RrdManifest manifest)
    {
        var batch = ManifestTable.From(manifest);
        return [.. batch.Schema.FieldsList.Select(field => field.ToString()!), Convert.ToHexString(batch.ToIpcStream())];
    }

    private static IEnumerable<(string File, JsonElement Golden)> Goldens(string folder)
    {
        var golden = folder == "robots" ? SharedRecordings.Folder("robots/golden") : SharedRecordings.Folder("sdk/golden/" + folder["sdk/".Length..]);
        foreach (var file in SharedRecordings.Files(folder))
        {
            var json = Path.Combine(golden, Path.GetFileNameWithoutExtension(file) + ".json");
            var answer = JsonDocument.Parse(File.ReadAllBytes(json)).RootElement;

            // What Rerun 0.41 refuses (concatenated, cut, one segment id thrice) has tests of its own.
            if (answer.GetProperty("register").ValueKind == JsonValueKind.Array)
            {
                yield return (file, answer);
            }
        }
    }

    private static async Task<(RrdReader Reader, FileBytes Source)> OpenAsync(string file)
    {
        var source = FileBytes.Open(file);
        return (await RrdReader.OpenAsync(source, TestContext.Current.CancellationToken), source);
    }

    private static string StoreLine(JsonElement store) =>
        $"{store.GetProperty("kind").GetString()} {store.GetProperty("application_id").GetString()} {store.GetProperty("recording_id").GetString()} {store.GetProperty("num_chunks").GetInt32()}".ToLowerInvariant();

    private static string ChunkLine(JsonElement chunk) => string.Join('|',
        chunk.GetProperty("id").GetString(), chunk.GetProperty("entity").GetString(), chunk.GetProperty("rows").GetInt32(), chunk.GetProperty("static").GetBoolean(),
        string.Join(',', chunk.GetProperty("timelines").EnumerateArray().Select(name => name.GetString()).Order(StringComparer.Ordinal)),
        string.Join(',', chunk.GetProperty("components").EnumerateArray().Select(name => name.GetString()).Order(StringComparer.Ordinal)));

    private static string ChunkLine(Chunk chunk) => string.Join('|',
        chunk.Id.ToChunkId(), chunk.EntityPath, chunk.NumRows, chunk.IsStatic,
        string.Join(',', chunk.Timelines.Select(timeline => timeline.Name).Order(StringComparer.Ordinal)),
        string.Join(',', chunk.Components.Select(component => component.Descriptor.Component).Order(StringComparer.Ordinal)));

    private static string FieldLine(string name, bool nullable, IEnumerable<(string Key, string Value)> metadata) =>
        $"{name} {nullable} {string.Join(' ', metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}"))}";
}
