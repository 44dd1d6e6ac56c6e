using System.Collections.Frozen;
using System.Collections.Immutable;
using Strata.Catalog.Reading;

namespace Strata.Catalog.Tests;

/// <summary>One-row chunks at 10, 20, 30 and 40 and a static one, as in the recorded conversation <c>steps_narrowing</c>. Source: catalog-protocol §2.14, §11.3.</summary>
public class ChunkSelectionTests
{
    private const string Segment = "steps";
    private const int Static = 4;

    private static readonly LoggedLayer Steps = new LoggedLayer()
        .Add("/v", Times(10), Scalar)
        .Add("/v", Times(20), Scalar)
        .Add("/v", Times(30), Scalar)
        .Add("/v", Times(40), Scalar)
        .Add("/v", [], new() { ["names"] = [1] });

    private static Dictionary<string, int?[]> Scalar => new() { ["scalars"] = [1] };

    [Fact]
    public Task Without_times_the_static_chunk_alone_is_chosen() => Chosen([], [Static]);

    [Fact]
    public Task All_times_are_every_chunk() => Chosen([new AllTimes()], [0, 1, 2, 3, Static]);

    [Fact]
    public Task A_range_chooses_the_chunks_inside() => Chosen([new TimesBetween("seq", 15, 25)], [1, Static]);

    [Fact]
    public Task A_range_includes_both_its_ends() => Chosen([new TimesBetween("seq", 20, 30)], [1, 2, Static]);

    [Fact]
    public Task An_open_range_goes_to_the_end() => Chosen([new TimesBetween("seq", 25, long.MaxValue)], [2, 3, Static]);

    [Fact]
    public Task A_filled_range_has_the_value_before_it_too() => Chosen([new TimesBetween("seq", 15, 25), new LatestAt("seq", 15)], [0, 1, Static]);

    [Fact]
    public Task A_sample_without_fill_is_what_lies_on_it() => Chosen([Samples(fill: false, 15, 30)], [2, Static]);

    [Fact]
    public Task A_filled_sample_is_what_is_current_then() => Chosen([Samples(fill: true, 15, 30)], [0, 2, Static]);

    [Fact]
    public Task Before_the_first_row_nothing_is_current() => Chosen([new LatestAt("seq", 9)], [Static]);

    [Fact]
    public Task A_timeline_that_no_chunk_has_chooses_static_chunks_only() => Chosen([new TimesBetween("nope", 0, 100), new LatestAt("nope", 100)], [Static]);

    [Fact]
    public Task Without_static_chunks_the_temporal_ones_remain() => Chosen([new TimesBetween("seq", 15, 25)], [1], statics: false);

    [Fact]
    public async Task A_segment_that_is_not_asked_for_chooses_nothing()
    {
        var query = new ChunkQuery(FrozenSet.ToFrozenSet(["another"]), ContentFilter.Everything, [new AllTimes()], Statics: true);
        ChunkSelector.Select(await Steps.IndexAsync(), Segment, query).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_is_current_is_told_by_the_component_and_not_by_the_chunk()
    {
        // The second chunk starts before 25, but has no value of the component until 30.
        var layer = new LoggedLayer()
            .Add("/v", Times(10), Scalar)
            .Add("/v", Times(20, 30), new() { ["scalars"] = [null, 1], ["names"] = [1, null] });
        var onlyScalars = ContentFilter.Of([KeyValuePair.Create("/v", (FrozenSet<string>?)FrozenSet.ToFrozenSet(["scalars"]))]);

        ChunkSelector.Select(await layer.IndexAsync(), Segment, new(null, onlyScalars, [new LatestAt("seq", 25)], true)).ShouldBe([0]);
        ChunkSelector.Select(await layer.IndexAsync(), Segment, new(null, ContentFilter.Everything, [new LatestAt("seq", 25)], true)).ShouldBe([0, 1]);
    }

    [Fact]
    public async Task Components_do_not_narrow_rows_that_a_range_asks_for()
    {
        // A reader of one column has a row at each time at which its entity has any.
        var onlyNames = ContentFilter.Of([KeyValuePair.Create("/v", (FrozenSet<string>?)FrozenSet.ToFrozenSet(["names"]))]);

        ChunkSelector.Select(await Steps.IndexAsync(), Segment, new(null, onlyNames, [new TimesBetween("seq", 15, 25)], true)).ShouldBe([1, Static]);
        ChunkSelector.Select(await Steps.IndexAsync(), Segment, new(null, onlyNames, [new LatestAt("seq", 25)], true)).ShouldBe([Static]);
    }

    private static async Task Chosen(ImmutableArray<TimeSelection> times, int[] expected, bool statics = true) =>
        ChunkSelector.Select(await Steps.IndexAsync(), Segment, new ChunkQuery(null, ContentFilter.Everything, times, statics)).ShouldBe(expected);

    private static SampledTimes Samples(bool fill, params long[] times) =>
        new("seq", FrozenDictionary.ToFrozenDictionary([KeyValuePair.Create(Segment, times.ToImmutableArray())]), fill);

    private static Dictionary<string, long[]> Times(params long[] times) => new() { ["seq"] = times };
}
