using System.Globalization;
using Strata.Rrd.Editing;

namespace Strata.Rrd.Tests.Editing;

/// <summary>What we make of recordings, Rerun's own program finds equal to what it makes of them, or to what they were.</summary>
public class RerunEditingTests
{
    private static readonly string[] Folders = ["sdk/versions", "sdk/features", "sdk/features/cli", "sdk/joint_layouts", "sdk/layers", "sdk/sample_5", "robots"];

    // The first and the last version that is read, and all between them that changed something.
    private static readonly string[] Versions = ["0.23.4", "0.26.2", "0.28.2", "0.31.4", "0.33.0", "0.36.2", "0.41.0"];

    // No chunk at all: Rerun's program crashes when it compares that.
    private const string WithoutChunks = "empty_no_properties.rrd";

    // Files one behind the other are no file of the SDK.
    private const string Concatenated = "cat_";

    // Rerun's program compares no files of several recordings.
    private const string OfSeveral = "merge_";

    // Rerun's program finds this file different from itself: it holds NaN.
    private const string WithNaN = "nan.rrd";

    [Fact]
    public async Task Every_SDK_file_that_we_write_anew_is_equal_under_rerun_rrd_compare()
    {
        var files = SharedRecordings.Files(Folders).Where(file => Path.GetFileName(file) != WithoutChunks && !Path.GetFileName(file).StartsWith(Concatenated, StringComparison.Ordinal)).ToList();
        RerunSdk.Program();
        files.Count.ShouldBeGreaterThan(75);
        Versions.ShouldAllBe(version => files.Any(file => Path.GetFileName(file) == $"episode_{version}.rrd"));
        foreach (var file in files)
        {
            var (merged, report) = await Edited.RunAsync(stream =>
                RecordingMerge.RunAsync([RecordingInput.OfFile(file, file)], stream, new EditingOptions { ContinueOnError = Path.GetFileName(file) == "crashed.rrd" }, Edited.Token));
            report.FooterLeftOut.ShouldBeNull(file);
            using var copy = new TemporaryFile(merged);
            if (Path.GetFileName(file) == WithNaN || Path.GetFileName(file).StartsWith(OfSeveral, StringComparison.Ordinal))
            {
                await Edited.ShouldSayTheSameAsync(await File.ReadAllBytesAsync(file, Edited.Token), merged, file);
            }
            else
            {
                await RerunSdk.RerunAsync("rrd", "compare", "--unordered", file, copy.Path);
            }
            await RerunSdk.RerunAsync("rrd", "verify", copy.Path);
        }
    }

    [Theory]
    [InlineData("filter_log_and_columns.rrd")]
    [InlineData("route_new_ids.rrd")]
    [InlineData("route_two_into_one.rrd")]
    [InlineData("optimize_many_chunks.rrd")]
    [InlineData("optimize_256_rows.rrd")]
    [InlineData("optimize_log_and_columns.rrd")]
    [InlineData("optimize_split_size_ratio.rrd")]
    [InlineData("migrate_from_0.23.4.rrd")]
    [InlineData("migrate_from_0.26.2.rrd")]
    [InlineData("migrate_from_0.28.2.rrd")]
    public async Task What_Reruns_program_made_of_its_files_we_make_of_them_too(string name)
    {
        var theirs = Path.Combine(SharedRecordings.Folder("sdk/features/cli"), name);
        var (bytes, _) = await Edited.RunAsync(stream => MakeAsync(name, stream));

        using var ours = new TemporaryFile(bytes);
        await RerunSdk.RerunAsync("rrd", "compare", "--unordered", theirs, ours.Path);
        await Edited.ShouldSayTheSameAsync(await File.ReadAllBytesAsync(theirs, Edited.Token), bytes, name);
    }

    [Theory]
    [InlineData("split_log_and_columns_0__10.rrd", 0)]
    [InlineData("split_log_and_columns_10__30.rrd", 1)]
    [InlineData("split_log_and_columns_30__40.rrd", 2)]
    public async Task The_parts_of_a_split_recording_are_those_of_Reruns_program(string name, int part)
    {
        var theirs = Path.Combine(SharedRecordings.Folder("sdk/features/cli"), name);
        var reader = await Recording.OpenAsync(await File.ReadAllBytesAsync(Source("log_and_columns.rrd"), Edited.Token));
        var store = reader.Contents.Recordings.Single();
        using var stream = new MemoryStream();
        await new RecordingSplit(reader, store, SplitPlan.At(store, "frame", [10, 30]), new SplitOptions(store.Id.RecordingId + "-", false)).WriteAsync(part, stream, WriterProfile.V1, Edited.Token);

        using var ours = new TemporaryFile(stream.ToArray());
        await RerunSdk.RerunAsync("rrd", "compare", "--unordered", theirs, ours.Path);
    }

    [Theory]
    [InlineData("multi_timeline.rrd", 2)]
    [InlineData("multi_timeline.rrd", 5)]
    [InlineData("multi_timeline.rrd", 7)]
    [InlineData("multi_timeline.rrd", 73)]
    [InlineData("log_and_columns.rrd", 3)]
    [InlineData("log_and_columns.rrd", 11)]
    [InlineData("many_chunks.rrd", 13)]
    public async Task Parts_of_the_same_length_begin_where_those_of_Reruns_program_do(string name, int parts)
    {
        RerunSdk.Program();
        var store = (await Recording.OpenAsync(await File.ReadAllBytesAsync(Source(name), Edited.Token))).Contents.Recordings.Single();
        using var folder = new TemporaryFile([]);
        var written = Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(folder.Path)!, "parts")).FullName;
        await RerunSdk.RerunAsync("rrd", "split", "--timeline", "frame", "--num-parts", $"{parts}", "--output-dir", written, Source(name));

        // NAME_first__end.rrd
        var stem = Path.GetFileNameWithoutExtension(name).Length + 1;
        var begins = Directory.GetFiles(written).Select(file => long.Parse(Path.GetFileName(file)[stem..].Split("__")[0], CultureInfo.InvariantCulture)).Order().ToList();
        var plan = SplitPlan.IntoParts(store, "frame", parts);
        begins.ShouldBe([plan.First, .. plan.Cuts]);
    }

    [Fact]
    public async Task Reruns_program_verifies_what_we_optimize()
    {
        foreach (var file in SharedRecordings.Files("sdk/features", "sdk/versions").Where(file => Path.GetFileName(file) is not (WithoutChunks or "crashed.rrd")))
        {
            foreach (var limits in new[] { CompactionLimits.Live, CompactionLimits.ObjectStore with { SplitSizeRatio = 1 } })
            {
                var (optimized, _) = await Edited.RunAsync(stream => RecordingOptimizer.RunAsync([RecordingInput.OfFile(file, file)], stream, limits, new EditingOptions(), Edited.Token));
                using var ours = new TemporaryFile(optimized);
                await RerunSdk.RerunAsync("rrd", "verify", ours.Path);
            }
        }
    }

    private static string Source(string name) => Path.Combine(SharedRecordings.Folder("sdk/features"), name);

    private static Task<EditingReport> MakeAsync(string name, Stream output)
    {
        var options = new EditingOptions();
        RecordingInput[] Of(params string[] files) => [.. files.Select(file => RecordingInput.OfFile(file, Source(file)))];
        return name switch
        {
            "filter_log_and_columns.rrd" => RecordingFilter.RunAsync(Of("log_and_columns.rrd"), output, new FilterRules(new HashSet<string> { "log_tick", "log_time" }, ["/status"]), options, Edited.Token),
            "route_new_ids.rrd" => RecordingRoute.RunAsync(Of("log_and_columns.rrd"), output, new IdRewrite("routed application", "routed_recording"), options, Edited.Token),
            "route_two_into_one.rrd" => RecordingRoute.RunAsync(Of("multi_timeline.rrd", "overlapping_chunks.rrd"), output, new IdRewrite(null, "routed_together"), options, Edited.Token),
            "optimize_many_chunks.rrd" => RecordingOptimizer.RunAsync(Of("many_chunks.rrd"), output, CompactionLimits.ObjectStore, options, Edited.Token),
            "optimize_256_rows.rrd" => RecordingOptimizer.RunAsync(Of("many_chunks.rrd"), output, CompactionLimits.Live with { MaxRows = 256 }, options, Edited.Token),
            "optimize_log_and_columns.rrd" => RecordingOptimizer.RunAsync(Of("log_and_columns.rrd"), output, CompactionLimits.ObjectStore, options, Edited.Token),
            "optimize_split_size_ratio.rrd" => RecordingOptimizer.RunAsync(Of("archetypes.rrd"), output, CompactionLimits.ObjectStore, options, Edited.Token),
            _ => RecordingMerge.RunAsync([RecordingInput.OfFile(name, Path.Combine(SharedRecordings.Folder("sdk/versions"), $"episode_{name["migrate_from_".Length..]}"))], output, options, Edited.Token),
        };
    }
}
