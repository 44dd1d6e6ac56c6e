using System.Globalization;
using System.Text.RegularExpressions;
using RecordingSamples;
using Strata.Arrow;
using Strata.Rrd.Tests.Building;
using Strata.Rrd.Tests.Editing;

namespace Strata.Rrd.Tests.Documented;

/// <summary>The code of docs/rrd-from-csharp.md is that of samples/csharp, and does what the page says.</summary>
public sealed partial class DocumentedCSharpTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("strata-docs-csharp-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Every_block_of_the_page_is_a_file_of_the_samples_and_every_file_is_on_the_page()
    {
        var page = File.ReadAllText(Path.Combine(TestData.Root, "docs", "rrd-from-csharp.md")).ReplaceLineEndings("\n");
        var blocks = Block().Matches(page).Select(match => match.Groups["code"].Value).Order(StringComparer.Ordinal);
        var files = Directory.GetFiles(Path.Combine(TestData.Root, "samples", "csharp"), "*.cs").Where(file => Path.GetFileName(file) != "Program.cs");

        blocks.ShouldBe(files.Select(file => File.ReadAllText(file).ReplaceLineEndings("\n")).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_is_written_is_a_sound_recording_with_all_that_was_sent()
    {
        var bytes = await File.ReadAllBytesAsync(await WriteAsync(), Built.Token);

        await Edited.ShouldBeSoundAsync(bytes, "episode_8");
        var reader = await Recording.OpenAsync(bytes);
        reader.Contents.Recordings.Single().Manifest.EntityPaths.ToArray().Select(path => path.ToString())
            .ShouldBe(["/__properties", "/arm/elbow", "/camera/points", "/arm", "/__properties/quality"]);
    }

    [Fact]
    public async Task Rerun_verifies_what_is_written() =>
        (await RerunSdk.RerunAsync("rrd", "verify", await WriteAsync())).ShouldContain("verified without error", Case.Insensitive);

    [Fact]
    public async Task What_is_read_are_the_values_of_one_entity()
    {
        var output = new StringWriter(CultureInfo.InvariantCulture);
        await ReadRecording.PrintAsync(await WriteAsync(), EntityPath.Parse("/arm/elbow"), output, Built.Token);

        var lines = output.ToString().TrimEnd().ReplaceLineEndings("\n").Split('\n');
        lines[0].ShouldBe("recording:my_robot:episode_8: 5 chunks, timelines frame, real_time");
        lines[1..].ShouldBe(Enumerable.Range(0, 100).Select(frame => string.Create(CultureInfo.InvariantCulture, $"{1_739_265_272_000_000_000 + (frame * 10_000_000L)} ns: {Math.Sin(frame / 10.0):0.000}")));
    }

    [Fact]
    public async Task A_scan_counts_all_rows()
    {
        await using var stream = File.OpenRead(await WriteAsync());

        (await ScanRecording.CountRowsAsync(stream, Built.Token)).ShouldBe(100 + 2 + 3, "frames of the elbow, of the points, static rows");
    }

    [Fact]
    public async Task A_query_gives_a_row_a_frame_with_what_was_current()
    {
        var batches = await QueryRecordings.RowsAsync([await Recording.OpenAsync(await File.ReadAllBytesAsync(await WriteAsync(), Built.Token))], "frame", Built.Token);

        batches.Sum(batch => batch.Length).ShouldBe(100);
        batches[0].Schema.FieldsList.Select(field => field.Name)
            .ShouldBe(["rerun_segment_id", "frame", "real_time", "/arm/elbow:Scalars:scalars", "/arm:serial_number", "/camera/points:Points3D:positions"]);
        ((ListArray)batches[^1].Column("/camera/points:Points3D:positions")).GetValueLength(batches[^1].Length - 1).ShouldBe(1, "the points of frame 50");
        ((StringArray)((ListArray)batches[0].Column("/arm:serial_number")).Values).GetString(0).ShouldBe("A-1042");
    }

    [Fact]
    public async Task A_filter_leaves_the_rest()
    {
        var target = Path.Combine(_folder.FullName, "smaller.rrd");
        await EditRecordings.WithoutCameraAsync(await WriteAsync(), target, Built.Token);

        var store = (await Recording.OpenAsync(await File.ReadAllBytesAsync(target, Built.Token))).Contents.Recordings.Single();
        store.Manifest.Timelines.Select(timeline => timeline.Timeline).ShouldBe(["real_time"]);
        store.Manifest.EntityPaths.ToArray().ShouldNotContain(EntityPath.Parse("/camera/points"));
    }

    [Fact]
    public void A_table_comes_back_and_what_is_none_is_refused()
    {
        ArrowTables.AngleOf(ArrowTables.Write(), "elbow").ShouldBe(0.5);
        ArrowTables.AngleOf(ArrowTables.Write(), "wrist").ShouldBeNull();
        Should.Throw<ArrowFormatException>(() => ArrowTables.AngleOf("no Arrow at all"u8.ToArray(), "elbow"));
    }

    private async Task<string> WriteAsync()
    {
        var path = Path.Combine(_folder.FullName, "episode_8.rrd");
        await WriteRecording.WriteAsync(path, Built.Token);
        return path;
    }

    [GeneratedRegex("^```csharp\n(?<code>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();
}
