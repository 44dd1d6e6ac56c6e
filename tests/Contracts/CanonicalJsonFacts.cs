using System.Text.Json;

namespace Strata.Contracts.Tests;

public sealed class CanonicalJsonFacts
{
    [Fact]
    public void Members_are_sorted_at_every_depth_and_spaces_go() =>
        CanonicalJson.Parse("""{ "b" : [ { "z":1, "a":null } ], "B":true, "a":{"y":1,"x":"ä"} }""").Text
            .ShouldBe("""{"B":true,"a":{"x":"\u00E4","y":1},"b":[{"a":null,"z":1}]}""");

    [Fact]
    public void Two_orders_of_the_same_members_are_equal_and_hash_alike()
    {
        var one = CanonicalJson.Parse("""{"a":1,"b":2}""");
        var two = CanonicalJson.Parse("""{"b":2, "a":1}""");
        one.ShouldBe(two);
        one.GetHashCode().ShouldBe(two.GetHashCode());
    }

    [Theory]
    [InlineData("0.1")]
    [InlineData("1e300")]
    [InlineData("12345678901234567890.123456789")]
    [InlineData("-7")]
    [InlineData("\"text\"")]
    [InlineData("null")]
    [InlineData("[]")]
    public void A_plain_value_stays_as_it_is_written(string json) => CanonicalJson.Parse(json).Text.ShouldBe(json);

    [Fact]
    public void The_default_is_an_empty_object() => default(CanonicalJson).ShouldSatisfyAllConditions(
        json => json.Text.ShouldBe("{}"),
        json => json.Text.ShouldBe(CanonicalJson.EmptyObject.Text));

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{} {}")]
    public void What_is_not_JSON_is_refused(string json) => Should.Throw<JsonException>(() => CanonicalJson.Parse(json));

    [Fact]
    public void A_member_that_stands_twice_is_refused_by_name() =>
        Should.Throw<JsonException>(() => CanonicalJson.Parse("""{"a":1,"b":{"c":1,"c":2}}""")).Message.ShouldContain("'c'");

    [Fact]
    public void A_value_inside_an_event_is_made_canonical_however_often_its_like_was_read()
    {
        for (var i = 0; i < 3; i++)
        {
            Parameters("""{"b":1,"a":2}""").ShouldBe("""{"a":2,"b":1}""");
            Parameters("""{"a":2,"b":1}""").ShouldBe("""{"a":2,"b":1}""");
            Parameters("""{"a":3,"b":1}""").ShouldBe("""{"a":3,"b":1}""");
        }
    }

    private static string Parameters(string json) =>
        ((RuleDeclared)EventJson.Deserialize("rule_declared", System.Text.Encoding.UTF8.GetBytes($$"""{"parameters":{{json}}}"""))).Parameters.Text;
}
