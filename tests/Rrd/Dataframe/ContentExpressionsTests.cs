using Strata.Rrd.Dataframe;

namespace Strata.Rrd.Tests.Dataframe;

public class ContentExpressionsTests
{
    [Theory]
    [InlineData("/arm", "/arm", true)]
    [InlineData("/arm", "/arm/joint", false)]
    [InlineData("/arm/**", "/arm", true)]
    [InlineData("/arm/**", "/arm/joint", true)]
    [InlineData("/arm/**", "/armature", false)]
    [InlineData("arm/**", "/arm/joint", true)]
    [InlineData("+ /arm", "/arm", true)]
    [InlineData("/**", "/", true)]
    [InlineData("/** -/arm/** /arm/joint", "/arm/joint", true)]
    [InlineData("/** -/arm/** /arm/joint", "/arm/link", false)]
    [InlineData("-/arm", "/other", false)]
    [InlineData("/**\n- /arm", "/arm", false)]
    [InlineData("/arm -/arm", "/arm", false)]
    [InlineData("-/arm /arm", "/arm", true)]
    [InlineData("/** -/arm/** /arm", "/arm", true)]
    [InlineData("/e\\ f", "/e\\ f", true)]
    [InlineData("/e f", "/e\\ f", false)]
    public void The_most_specific_rule_counts_and_the_later_of_two_equal_ones(string expression, string entityPath, bool expected) =>
        ContentExpressions.Parse([expression]).Wants(EntityPath.Parse(entityPath), "Scalars:scalars").ShouldBe(expected);

    [Theory]
    [InlineData("/arm:Scalars:scalars", "/arm", "Scalars:scalars", true)]
    [InlineData("/arm:Scalars:scalars", "/arm", "Scalars:colors", false)]
    [InlineData("/**:Scalars:scalars", "/arm/joint", "Scalars:scalars", true)]
    [InlineData("/** -/**:Scalars:colors", "/arm", "Scalars:colors", false)]
    [InlineData("/** -/**:Scalars:colors", "/arm", "Scalars:scalars", true)]
    [InlineData("/a\\:b", "/a\\:b", "x", true)]
    [InlineData("property:quality:tracking_good", "/__properties/quality", "tracking_good", true)]
    [InlineData("property:quality:tracking_good", "/__properties/quality", "mean", false)]
    [InlineData("property:RecordingInfo:start_time", "/__properties", "RecordingInfo:start_time", true)]
    public void A_colon_names_a_component_and_a_column_may_be_named_whole(string expression, string entityPath, string component, bool expected) =>
        ContentExpressions.Parse([expression]).Wants(EntityPath.Parse(entityPath), component).ShouldBe(expected);

    [Theory]
    [InlineData("/**", false)]
    [InlineData("/__properties/**", true)]
    [InlineData("/__properties/quality", true)]
    [InlineData("/** /__properties/**", true)]
    [InlineData("/** -/__properties/**", false)]
    public void Properties_are_left_out_unless_they_are_asked_for(string expression, bool expected) =>
        ContentExpressions.Parse([expression]).Wants(EntityPath.Parse("/__properties/quality"), "mean").ShouldBe(expected);

    [Fact]
    public void No_expression_wants_nothing() => ContentExpressions.Parse([]).Wants(EntityPath.Parse("/arm"), "Scalars:scalars").ShouldBeFalse();
}
