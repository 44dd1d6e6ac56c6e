using System.Collections.Frozen;
using Grpc.Core;
using Strata.Catalog.Protocol;
using Strata.Catalog.Reading;

namespace Strata.Catalog.Tests.Reading;

/// <summary>Source: catalog-protocol §11.3.</summary>
public class FindChunksSelectionTests
{
    private static ContentSelection Everything => new() { All = new() };

    private static SegmentSelection All => new() { All = new() };

    public static TheoryData<string, StatusCode, string> Refusals => new()
    {
        { """{}""", StatusCode.InvalidArgument, "`contents` is required" },
        { """{"contents":{}}""", StatusCode.InvalidArgument, "`contents` is required" },
        { """{"contents":{"all":{}}}""", StatusCode.InvalidArgument, "`mode` is required" },
        { """{"contents":{"all":{}},"static":{}}""", StatusCode.InvalidArgument, "`static.segments` is required" },
        { """{"contents":{"all":{}},"static":{"segments":{}}}""", StatusCode.InvalidArgument, "`static.segments` is required" },
        { """{"contents":{"all":{}},"static":{"segments":{"explicit":{"ids":[{}]}}}}""", StatusCode.InvalidArgument, "missing required field: 'rerun.common.v1alpha1.SegmentId.id'" },
        { """{"contents":{"all":{}},"range":{"timeline":"t"}}""", StatusCode.InvalidArgument, "`range.segments` is required" },
        { """{"contents":{"all":{}},"range":{"segments":{"all":{}}}}""", StatusCode.InvalidArgument, "Invalid `TimelineName`: must not be empty" },
        { """{"contents":{"all":{}},"range":{"timeline":"t","startInclusive":"2","endInclusive":"1","segments":{"all":{}}}}""", StatusCode.InvalidArgument, "`range.end_inclusive` must not be before `range.start_inclusive`" },
        { """{"contents":{"all":{}},"range":{"timeline":"t","fillMode":3,"segments":{"all":{}}}}""", StatusCode.Unimplemented, "`range.fill_mode` `FILL_MODE_EARLIEST_AT` is not implemented" },
        { """{"contents":{"all":{}},"samples":{"timeline":"t","fillMode":9}}""", StatusCode.InvalidArgument, "`samples.fill_mode` has unknown value 9" },
        { """{"contents":{"all":{}},"samples":{"timeline":"t","segments":[{"values":["1"]}]}}""", StatusCode.InvalidArgument, "`samples.segment_id` is required" },
        { """{"contents":{"all":{}},"samples":{"timeline":"t","segments":[{"segmentId":{"id":"s"}},{"segmentId":{"id":"s"}}]}}""", StatusCode.InvalidArgument, "duplicate segment id in `samples`: s" },
        { """{"contents":{"explicit":{"entities":[{"all":{}}]}},"static":{"segments":{"all":{}}}}""", StatusCode.InvalidArgument, "`contents.entity_path` is required" },
        { """{"contents":{"explicit":{"entities":[{"entityPath":{"path":"/v"}}]}},"static":{"segments":{"all":{}}}}""", StatusCode.InvalidArgument, "`contents.components` is required" },
        { """{"contents":{"explicit":{"entities":[{"entityPath":{"path":"/v"},"all":{}},{"entityPath":{"path":"v"},"all":{}}]}},"static":{"segments":{"all":{}}}}""", StatusCode.InvalidArgument, "duplicate entity path in `contents`: /v" },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public void A_request_that_says_too_little_or_contradicts_itself_is_refused_in_Reruns_words(string request, StatusCode code, string words)
    {
        var refusal = Should.Throw<CatalogException>(() => FindChunksSelection.Of(FindChunksRequest.Parser.ParseJson(request)));

        (refusal.Code, refusal.Message).ShouldBe((code, words));
    }

    [Fact]
    public void A_range_without_bounds_is_everything_even_what_lacks_the_timeline()
    {
        var selection = FindChunksSelection.Of(new() { Contents = Everything, Range = new() { Timeline = "t", FillMode = FillMode.LatestAt, Segments = All } });

        selection.Query.Times.ShouldHaveSingleItem().ShouldBeOfType<AllTimes>();
        selection.Timeline.ShouldBe("t");
    }

    [Fact]
    public void A_range_with_one_bound_is_open_on_the_other_side()
    {
        FindChunksSelection.Of(new() { Contents = Everything, Range = new() { Timeline = "t", StartInclusive = 5, Segments = All } })
            .Query.Times.ShouldHaveSingleItem().ShouldBe(new TimesBetween("t", 5, long.MaxValue));
        FindChunksSelection.Of(new() { Contents = Everything, Range = new() { Timeline = "t", EndInclusive = 5, Segments = All } })
            .Query.Times.ShouldHaveSingleItem().ShouldBe(new TimesBetween("t", long.MinValue, 5));
    }

    [Fact]
    public void A_filled_range_asks_for_what_is_current_at_its_start()
    {
        FindChunksSelection.Of(new() { Contents = Everything, Range = new() { Timeline = "t", StartInclusive = 5, EndInclusive = 9, FillMode = FillMode.LatestAt, Segments = All } })
            .Query.Times.ShouldBe([new TimesBetween("t", 5, 9), new LatestAt("t", 5)]);
    }

    [Fact]
    public void A_segment_without_samples_selects_nothing_and_samples_are_sorted()
    {
        var samples = new SegmentSamplesSelection
        {
            Timeline = "t",
            Segments = { new SegmentSamples { SegmentId = new() { Id = "a" }, Values = { 9, 1, 5 } }, new SegmentSamples { SegmentId = new() { Id = "b" } } },
        };

        var query = FindChunksSelection.Of(new() { Contents = Everything, Samples = samples }).Query;

        query.Segments.ShouldBe(["a"]);
        query.Times.ShouldHaveSingleItem().ShouldBeOfType<SampledTimes>().TimesOfSegments["a"].ShouldBe([1, 5, 9]);
    }

    [Fact]
    public void An_entity_is_the_same_however_the_client_writes_its_path()
    {
        var contents = new ContentSelection { Explicit = new() { Entities = { new EntitySelection { EntityPath = new() { Path = "arm//joint_1" }, Explicit = new() { Ids = { "x" } } } } } };

        var filter = FindChunksSelection.Of(new() { Contents = contents, Static = new() { Segments = All } }).Query.Contents;

        filter.Wants("/arm/joint_1", "x").ShouldBeTrue();
        filter.Wants("/arm/joint_1", "y").ShouldBeFalse();
        filter.Wants("/arm").ShouldBeFalse();
    }

    [Fact]
    public void Lists_that_name_nothing_select_nothing()
    {
        FindChunksSelection.Of(new() { Contents = new() { Explicit = new() }, Static = new() { Segments = All } }).Query.IsEmpty.ShouldBeTrue();
        FindChunksSelection.Of(new() { Contents = Everything, Static = new() { Segments = new() { Explicit = new() } } }).Query.Segments.ShouldBe(FrozenSet<string>.Empty);
        FindChunksSelection.Of(new() { Contents = Everything, Samples = new() { Timeline = "t" } }).Query.IsEmpty.ShouldBeTrue();
    }
}
