using Strata.Catalog.Protocol;
using Strata.Catalog.Reading;

namespace Strata.Catalog.Tests.Reading;

/// <summary>Source: catalog-protocol §2.14, §11.5.</summary>
public class QueryDatasetSelectionTests
{
    private const string Old = "rerun-py/0.36.2";
    private const string New = "rerun-py/0.41.0";

    private static readonly string Samples = """ "selectAllEntityPaths":true,"segmentIds":[{"id":"a"},{"id":"b"}],"query":{"latestAt":{"index":{"timeline":{"name":"t"}},"perSegmentValues":[{"values":["3","1"]},{}]}} """;

    [Theory]
    [InlineData("""{"query":{"range":{"index":{"timeline":{"name":"t"}}}}}""", "index_range is required for range query")]
    [InlineData("""{"query":{"range":{"indexRange":{}}}}""", "index is required for range query")]
    [InlineData("""{"query":{"latestAt":{"index":{"timeline":{"name":""}}}}}""", "Invalid `TimelineName`: must not be empty")]
    [InlineData("""{"query":{"latestAt":{"perSegmentValues":[{}]}}}""", "`per_segment_values` requires `segment_ids` to be non-empty")]
    [InlineData("""{"segmentIds":[{"id":"a"}],"query":{"latestAt":{"at":"1","perSegmentValues":[{}]}}}""", "`latest_at.at` must be unset when `per_segment_values` is non-empty")]
    [InlineData("""{"segmentIds":[{"id":"a"}],"query":{"latestAt":{"perSegmentValues":[{}]}}}""", "`latest_at.index` is required when `per_segment_values` is non-empty")]
    [InlineData("""{"segmentIds":[{"id":"a"}],"query":{"range":{},"latestAt":{"perSegmentValues":[{}]}}}""", "`range` must be unset when `per_segment_values` is non-empty")]
    [InlineData("""{"segmentIds":[{"id":"a"}],"query":{"latestAt":{"perSegmentValues":[{},{}]}}}""", "`per_segment_values` must have one entry for each of `segment_ids`: expected 1, found 2")]
    [InlineData("""{"segmentIds":[{"id":"a"},{"id":"a"}],"query":{"latestAt":{"index":{"timeline":{"name":"t"}},"perSegmentValues":[{},{}]}}}""", "`segment_ids` must not name a segment twice when `per_segment_values` is non-empty: a")]
    public void A_request_that_contradicts_itself_is_refused_whoever_asks(string request, string words)
    {
        foreach (var client in new[] { Old, New })
        {
            Should.Throw<CatalogException>(() => Of(request, client)).Message.ShouldBe(words);
        }
    }

    [Fact]
    public void Neither_all_entities_nor_any_is_nothing() => Of("{}", Old).Query.IsEmpty.ShouldBeTrue();

    [Fact]
    public void Without_an_index_what_is_current_is_static()
    {
        var query = Of("""{"selectAllEntityPaths":true,"query":{"latestAt":{}}}""", Old).Query;

        query.Times.ShouldBeEmpty();
        query.Statics.ShouldBeTrue();
    }

    [Fact]
    public void A_segment_without_values_has_its_static_chunks_for_the_old_and_nothing_for_the_new()
    {
        Of($"{{{Samples}}}", Old).Query.Segments.ShouldBe(["a", "b"], ignoreOrder: true);
        Of($"{{{Samples}}}", New).Query.Segments.ShouldBe(["a"]);
    }

    [Fact]
    public void What_has_no_equivalent_is_served_to_the_old_and_refused_to_the_new()
    {
        const string NoStatics = """{"selectAllEntityPaths":true,"excludeStaticData":true}""";

        Of(NoStatics, Old).Query.Statics.ShouldBeFalse();
        Should.Throw<CatalogException>(() => Of(NoStatics, New)).Message.ShouldBe("`exclude_static_data` has no equivalent in `FindChunks`");
    }

    private static QueryDatasetSelection Of(string request, string client) =>
        QueryDatasetSelection.Of(QueryDatasetRequest.Parser.ParseJson(request), QueryDatasetRules.Of(ClientGeneration.Parse(client)));
}
