using Strata.Arrow;
using Strata.Contracts;
using Strata.Rrd;
using TimelineKind = Strata.Rrd.TimelineKind;

namespace Strata.DerivationWorkers.Tests;

public class GapsCasesTests
{
    private const long Ms = 1_000_000;

    private static readonly GapsDeriver Deriver = new();

    [Fact]
    public async Task Times_that_come_twice_or_go_back_are_counted_in_the_order_of_row_ids_over_all_chunks()
    {
        // The second chunk was logged later but begins before the first one's end; the third repeats a time of the first.
        var builder = new RecordingBuilder().Add("/arm", Times(0, 10, 20, 30), Rows(4)).Add("/arm", Times(25, 40), Rows(2)).Add("/arm", Times(40, 50), Rows(2));
        var upsideDown = RecordingBuilder.ToRrd(builder.Chunks.Reverse());

        foreach (var file in new[] { builder.ToRrd(), upsideDown })
        {
            var gaps = await DerivedProperty.OfAsync(Deriver, file);

            (gaps.Count("duplicate_times"), gaps.Count("backward_times"), gaps.Count("rows_used")).ShouldBe((1, 1, 8));
        }
    }

    [Fact]
    public async Task The_totals_are_those_of_all_entities_and_the_worst_one_is_named()
    {
        var file = new RecordingBuilder().Add("/arm", Times(0, 10, 20, 50, 60), Rows(5)).Add("/hand", Times(0, 100, 200, 300), Rows(4)).ToRrd();

        var gaps = await DerivedProperty.OfAsync(Deriver, file);

        gaps.Texts("entities").ShouldBe(["/arm", "/hand"]);
        gaps.Number("max_ms").ShouldBe(100);
        gaps.Texts("worst_entity").ShouldBe(["/hand"]);
        gaps.Number("max_intervals").ShouldBe(3);
        gaps.Counts("dropped_frames_per_entity").ShouldBe([2, 0]);
        gaps.Count("dropped_frames").ShouldBe(2);
        gaps.Number("dropped_fraction").ShouldBe(2.0 / (2 + 9));
        gaps.Texts("index").ShouldBe(["real_time"]);
    }

    [Fact]
    public async Task An_entity_with_one_row_has_nulls_where_there_is_no_interval()
    {
        var file = new RecordingBuilder().Add("/arm", Times(0, 10, 20), Rows(3)).Add("/once", Times(5), Rows(1)).ToRrd();

        var gaps = await DerivedProperty.OfAsync(Deriver, file);

        gaps.Counts("rows_per_entity").ShouldBe([3, 1]);
        gaps.Numbers("max_ms_per_entity").ShouldBe([10, null]);
        gaps.Numbers("rate_hz_per_entity").ShouldBe([100, null]);
        gaps.Numbers("expected_hz_per_entity").ShouldBe([100, null]);
        gaps.Counts("max_start_ns_per_entity").ShouldBe([0, null]);
    }

    [Fact]
    public async Task Rows_without_a_value_are_no_rows_of_the_stream()
    {
        var file = new RecordingBuilder().Add("/arm", Times(0, 10, 20, 30), (double?[]?[])[[1], null, [1], [1]]).ToRrd();

        (await DerivedProperty.OfAsync(Deriver, file)).Number("max_ms").ShouldBe(20);
    }

    [Fact]
    public async Task Images_and_clouds_are_not_loaded_unless_a_rule_names_them()
    {
        var segment = await File.ReadAllBytesAsync(TestRecordings.Sample(TestRecordings.SampleSegments[0]), TestContext.Current.CancellationToken);
        var json = CanonicalJson.EmptyObject;

        var loaded = await Deriving.LoadAsync(segment, "base", Deriver, json);

        loaded.Layer.Chunks.Select(c => c.EntityPath.ToString()).Where(e => e.StartsWith("/camera", StringComparison.Ordinal)).ShouldBeEmpty();
        (await DerivedProperty.OfAsync(Deriver, segment)).Texts("entities").ShouldBe(
            ["/action/joint_positions", "/observation/cartesian_position", "/observation/gripper_position", "/observation/joint_positions"]);

        var camera = await DerivedProperty.OfAsync(Deriver, segment, """{"entities":["/camera/wrist","/camera/depth:DepthImage:buffer"]}""");
        camera.Texts("entities").ShouldBe(["/camera/wrist", "/camera/depth:DepthImage:buffer"]);
        camera.Counts("rows_per_entity")[0].ShouldNotBeNull().ShouldBeGreaterThan(1);
    }

    [Theory]
    [InlineData("rerun.archetypes.Points3D", false)]
    [InlineData("rerun.archetypes.Scalars", true)]
    [InlineData("my.archetype", true)]
    [InlineData(null, true)]
    public void Of_numbers_only_those_are_signals_that_are_few_in_a_row(string? archetype, bool isSignal)
    {
        var metadata = new Dictionary<string, string> { [SorbetKeys.EntityPath] = "/a", [SorbetKeys.Component] = "x" };
        if (archetype is not null)
        {
            metadata[SorbetKeys.Archetype] = archetype;
        }

        var field = new Field("x", new ListType(new Field("item", DoubleType.Default, nullable: true)), nullable: true, metadata);

        Deriver.Reads(field, CanonicalJson.EmptyObject).ShouldBe(isSignal);
    }

    [Fact]
    public async Task A_sequence_has_no_seconds_and_is_skipped_with_words_that_say_so()
    {
        var frames = new RecordingBuilder().Add("/arm", [1, 2, 3], RecordingBuilder.Nullable(Rows(3)), "frame", TimelineKind.Sequence).ToRrd();

        (await DerivedProperty.SkippedAsync(Deriver, frames)).ShouldSatisfyAllConditions(s => s.Reason.ShouldBe("no_common_index"), s => s.Detail.ShouldContain("a sequence has no seconds"));
        (await DerivedProperty.SkippedAsync(Deriver, frames, """{"index":"frame"}""")).Detail.ShouldContain("index 'frame' is a sequence: it counts, and has no seconds");
    }

    [Fact]
    public async Task What_is_not_there_not_over_time_or_once_only_is_skipped_with_its_reason()
    {
        var file = new RecordingBuilder().Add("/arm", Times(5), Rows(1)).AddStatic("/limits", [1]).ToRrd();

        (await DerivedProperty.SkippedAsync(Deriver, file, """{"entities":["/leg"]}""")).ShouldSatisfyAllConditions(s => s.Reason.ShouldBe("schema_mismatch"), s => s.Detail.ShouldContain("/leg not in the recording"));
        (await DerivedProperty.SkippedAsync(Deriver, file, """{"entities":["/limits"]}""")).ShouldSatisfyAllConditions(s => s.Reason.ShouldBe("no_data"), s => s.Detail.ShouldContain("/limits is static"));
        (await DerivedProperty.SkippedAsync(Deriver, file)).ShouldSatisfyAllConditions(s => s.Reason.ShouldBe("no_comparable_rows"), s => s.Detail.ShouldContain("/arm 1"));
        (await DerivedProperty.SkippedAsync(Deriver, new RecordingBuilder().AddStatic("/limits", [1]).ToRrd())).Reason.ShouldBe("no_data");
    }

    [Fact]
    public void A_million_rows_are_measured_without_an_object_a_row()
    {
        var times = Enumerable.Range(0, 1_000_000).Select(i => i * Ms).ToArray();
        GapStatistics.Of(times, null, TestContext.Current.CancellationToken);
        var before = GC.GetAllocatedBytesForCurrentThread();

        var gaps = GapStatistics.Of(times, null, TestContext.Current.CancellationToken);

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(3 * 8L * times.Length);
        (gaps.MaxGapNs, gaps.DroppedFrames, gaps.RateHz).ShouldBe((Ms, 0, 1000));
    }

    [Fact]
    public void Work_that_is_cancelled_ends()
    {
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();

        Should.Throw<OperationCanceledException>(() => GapStatistics.Of([1, 2, 3], null, cancelled.Token));
    }

    [Theory]
    [InlineData("""{"entities":[]}""", "entities: expected 1 to")]
    [InlineData("""{"entities":["/a","/a"]}""", "entities: expected each entity once")]
    [InlineData("""{"expectedHz":0}""", "expectedHz: expected a rate in Hz above 0")]
    [InlineData("""{"expectedHz":"fast"}""", "expectedHz: expected a rate in Hz above 0")]
    [InlineData("""{"entities":["/a","/b","/c"],"expectedHz":[1,2]}""", "expectedHz: expected one rate, or one for each of the 3 entities, found 2")]
    [InlineData("""{"expected":1}""", "expected: unknown")]
    public void Parameters_that_cannot_work_are_refused_by_name(string parameters, string refusal) =>
        Deriver.RefuseParameters(CanonicalJson.Parse(parameters)).ShouldNotBeNull().ShouldContain(refusal);

    private static long[] Times(params long[] ms) => [.. ms.Select(t => t * Ms)];

    private static double[][] Rows(int count) => [.. Enumerable.Range(0, count).Select(i => new double[] { i })];
}
