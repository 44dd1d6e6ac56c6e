using Strata.Rrd.Dataframe;
using Strata.Rrd.Editing;
using Strata.Rrd.Tests.Dataframe;
using Strata.Rrd.Tests.Editing;

namespace Strata.Rrd.Tests.Hostile;

/// <summary>What a few kilobytes unfold to without end is compared, printed, optimized and asked for rows in less than a second a file, or refused by an error that names the limit.</summary>
[Collection(MeasuredAlone.Name)]
public class UnfoldingTests
{
    private const string Limit = "values to look at (ArrowLimits.FreeVisits";

    public static TheoryData<string> Files => [.. Unfolding.Files.Keys];

    /// <summary>These say little, however often: nothing of them is refused.</summary>
    public static TheoryData<string> Comparable => [.. Unfolding.Files.Keys.Where(name => !name.Contains("overlap", StringComparison.Ordinal) && !name.Contains("unsorted", StringComparison.Ordinal) && !name.Contains("columns", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Files))]
    public async Task It_is_compared_or_refused(string name)
    {
        // Both sides are read on threads of their own, so that only the time can be measured.
        var file = Unfolding.Files[name]();
        await Probe.MeasureTimeOfTwoAsync(() => CompareAsync(file), name);
    }

    [Theory]
    [MemberData(nameof(Comparable))]
    public async Task What_only_repeats_is_equal_to_itself(string name)
    {
        var file = Unfolding.Files[name]();
        (await Edited.CompareAsync(file, file)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Overlapping_parts_without_end_are_refused_with_the_limit()
    {
        var file = Unfolding.Files["list views that overlap"]();
        (await Should.ThrowAsync<RrdFormatException>(() => Edited.CompareAsync(file, file))).Message.ShouldContain(Limit);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public Task It_is_printed(string name) => MeasureAsync(name, async file =>
    {
        foreach (var chunk in await (await Recording.OpenAsync(file)).ChunksAsync())
        {
            foreach (var component in chunk.Components.Take(10))
            {
                for (var row = 0; row < Math.Min(chunk.NumRows, 20_000); row++)
                {
                    CellText.Of(component.Lists, row).Length.ShouldBeLessThan(100_000);
                }
            }
        }
    });

    [Theory]
    [MemberData(nameof(Files))]
    public Task It_is_optimized_or_refused(string name) => MeasureAsync(name, async file =>
    {
        foreach (var profile in new[] { CompactionLimits.ObjectStore, CompactionLimits.Live })
        {
            try
            {
                await RecordingOptimizer.RunAsync([Edited.Input(file)], Stream.Null, profile, new EditingOptions { ReadsAhead = false }, Edited.Token);
            }
            catch (RecordingInputException e)
            {
                e.Message.ShouldNotBeEmpty();
            }
        }
    });

    [Theory]
    [MemberData(nameof(Files))]
    public Task It_is_split_or_refused(string name) => MeasureAsync(name, async file =>
    {
        var reader = await Recording.OpenAsync(file);
        var store = reader.Contents.Recordings.Single();
        if (store.Manifest.Timelines.Count == 0)
        {
            return;
        }
        var split = new RecordingSplit(reader, store, SplitPlan.At(store, "frame", [0]), new SplitOptions("part ", DropUnusedTimelines: false));
        try
        {
            await split.WriteAsync(1, Stream.Null, WriterProfile.V1, Edited.Token);
        }
        catch (RrdFormatException e)
        {
            e.Offset.ShouldBePositive();
            e.Found.ShouldNotBeEmpty();
        }
    });

    [Theory]
    [MemberData(nameof(Files))]
    public Task It_is_asked_for_rows_or_refused(string name) => MeasureAsync(name, async file =>
    {
        try
        {
            var segments = Dataframes.Segments([await Recording.OpenAsync(file)]);
            var schema = segments.Schema(Dataframes.On(name.Contains("static", StringComparison.Ordinal) ? null : "frame"));
            await foreach (var batch in new SegmentDataframe("bomb", segments["bomb"], schema).ReadAsync(Edited.Token))
            {
                batch.Length.ShouldBePositive();
            }
        }
        catch (DataframeException e)
        {
            e.Message.ShouldContain(Limit);
        }
    });

    [Fact]
    public async Task Thousands_of_announcements_are_paired_in_no_time()
    {
        var file = BombMessages.File(Enumerable.Range(0, 9_000).Select(k => BombMessages.Announcement($"r{k}")));
        await Probe.MeasureTimeOfTwoAsync(async () => (await Edited.CompareAsync(file, file)).ShouldBeEmpty(), "9,000 announcements");
    }

    private static async Task CompareAsync(byte[] file)
    {
        try
        {
            await Edited.CompareAsync(file, file);
        }
        catch (RrdFormatException e)
        {
            e.Message.ShouldContain(Limit);
        }
    }

    private static async Task MeasureAsync(string name, Func<byte[], Task> use)
    {
        var file = Unfolding.Files[name]();
        file.Length.ShouldBeLessThan(700_000, name);
        await Probe.MeasureAsync(file.Length, () => use(file), name);
    }
}
