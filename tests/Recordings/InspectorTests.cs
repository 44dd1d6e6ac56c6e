using System.Text.Json;
using Strata.Rrd;
using Strata.TestSupport;

namespace Strata.Recordings.Tests;

public sealed class InspectorTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_fingerprint_is_the_same_with_and_without_footer()
    {
        var footer = await InspectAsync(TestData.Shared("sdk/features/properties.rrd"));
        var scanned = await InspectAsync(TestData.Shared("sdk/features/properties_no_footer.rrd"));
        scanned.Recordings[0].Fingerprint.ShouldBe(footer.Recordings[0].Fingerprint);
        scanned.Recordings[0].SchemaIpc.ToArray().ShouldBe(footer.Recordings[0].SchemaIpc.ToArray());
    }

    [Fact]
    public async Task Another_value_is_another_fingerprint_and_a_copied_file_is_the_same_one()
    {
        var one = TestSupport.Recordings.Scalars("a", 1);
        var facts = await InspectAsync(one);
        (await InspectAsync((byte[])one.Clone())).Recordings[0].Fingerprint.ShouldBe(facts.Recordings[0].Fingerprint);
        (await InspectAsync(TestSupport.Recordings.Scalars("a", 2))).Recordings[0].Fingerprint.ShouldNotBe(facts.Recordings[0].Fingerprint);
    }

    [Fact]
    public async Task Each_recording_of_a_file_has_its_own_facts_and_blueprints_have_none()
    {
        var facts = await InspectAsync(TestSupport.Recordings.Several("a", "b"));
        facts.Recordings.Select(r => r.SegmentId).ShouldBe(["a", "b"]);
        facts.Recordings.Select(r => r.ApplicationId).ShouldBe(["app0", "app1"]);
        (await InspectAsync(TestSupport.Recordings.Blueprint())).Recordings.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_cut_file_gives_what_is_whole_and_says_where_it_was_cut()
    {
        var bytes = TestSupport.Recordings.Several("a", "b");
        var whole = TestSupport.Recordings.Several("a").Length;
        var facts = await InspectAsync(bytes[..(bytes.Length - (bytes.Length - whole) - 40)]);
        facts.Findings.ShouldContain(f => f.Rule == RrdRules.Truncated);
    }

    [Fact]
    public async Task A_recording_without_properties_has_none_and_not_an_empty_batch()
    {
        (await InspectAsync(TestSupport.Recordings.Scalars("a", 1))).Recordings[0].PropertiesIpc.ShouldBeNull();
        (await InspectAsync(Path.Combine(TestData.Folder("sdk"), "versions", "episode_0.41.0.rrd"))).Recordings[0].PropertiesIpc.ShouldNotBeNull().Length.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task An_empty_file_is_refused()
    {
        await Should.ThrowAsync<RrdFormatException>(() => InspectAsync([]));
    }

    [Fact]
    public async Task Chunks_sizes_schema_hashes_and_index_ranges_are_those_of_Reruns_own_server()
    {
        var compared = 0;
        foreach (var folder in new[] { "layers", "joint_layouts", "versions" })
        {
            foreach (var golden in Directory.EnumerateFiles(Path.Combine(TestData.Folder("sdk"), "golden", folder), "*.json"))
            {
                compared += await CompareAsync(golden, Path.Combine(TestData.Folder("sdk"), folder));
            }
        }

        compared.ShouldBeGreaterThan(25);
    }

    [Fact]
    public async Task All_shared_recordings_have_the_facts_of_Reruns_own_server()
    {
        var compared = 0;
        foreach (var folder in new[] { "features", "features/cli", "sample_5", "robots" })
        {
            var goldens = folder == "robots" ? TestData.Shared("robots/golden") : Path.Combine(TestData.Shared("sdk/golden"), folder);
            var recordings = folder == "robots" ? TestData.Shared("robots") : Path.Combine(TestData.Shared("sdk"), folder);
            foreach (var golden in Directory.Exists(goldens) ? Directory.EnumerateFiles(goldens, "*.json", SearchOption.AllDirectories) : [])
            {
                compared += await CompareAsync(golden, recordings);
            }
        }

        compared.ShouldBeGreaterThan(30);
    }

    private static async Task<int> CompareAsync(string golden, string recordings)
    {
        using var json = JsonDocument.Parse(await File.ReadAllBytesAsync(golden, Token));
        var path = Path.Combine(recordings, Path.GetFileNameWithoutExtension(golden) + ".rrd");
        if (!File.Exists(path) || !json.RootElement.TryGetProperty("manifest", out var manifest) || manifest.ValueKind != JsonValueKind.Array)
        {
            return 0;
        }

        var facts = await InspectAsync(path);
        foreach (var row in manifest.EnumerateArray())
        {
            var id = row.GetProperty("rerun_segment_id").GetString();
            var recording = facts.Recordings.Single(r => r.SegmentId == id);

            // Without a footer Rerun's server loads the file into memory, merges chunks and reports their size there (catalog-protocol §6.5).
            if (await UsesFooterAsync(path))
            {
                recording.ChunkCount.ShouldBe(row.GetProperty("rerun_num_chunks").GetInt64(), path);
                recording.SizeBytes.ShouldBe(row.GetProperty("rerun_size_bytes").GetInt64(), path);
            }

            $"x{recording.SchemaSha256.Value}".ShouldBe(row.GetProperty("rerun_schema_sha256").GetString(), path);
        }

        foreach (var row in json.RootElement.TryGetProperty("index_ranges", out var ranges) && ranges.ValueKind == JsonValueKind.Array ? ranges.EnumerateArray().ToArray() : [])
        {
            var recording = facts.Recordings.Single(r => r.SegmentId == row.GetProperty("rerun_segment_id").GetString());
            foreach (var range in recording.IndexRanges)
            {
                row.GetProperty($"{range.Timeline}:start").GetInt64().ShouldBe(range.Start, path);
                row.GetProperty($"{range.Timeline}:end").GetInt64().ShouldBe(range.End, path);
            }
        }

        return 1;
    }

    private static async Task<bool> UsesFooterAsync(string path) => (await RrdReader.OpenAsync(new MemoryBytes(await File.ReadAllBytesAsync(path, Token)), Token)).Contents.UsedFooter;

    private static async Task<FileFacts> InspectAsync(string path) => await InspectAsync(await File.ReadAllBytesAsync(path, Token));

    private static Task<FileFacts> InspectAsync(byte[] bytes, StoreKind wanted = StoreKind.Recording) => new RecordingInspector().InspectAsync(new MemoryBytes(bytes), wanted, Token);
}
