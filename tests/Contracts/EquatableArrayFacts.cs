using System.Text.Json;

namespace Strata.Contracts.Tests;

public sealed class EquatableArrayFacts
{
    [Fact]
    public void Equal_elements_make_equal_arrays_and_hash_alike()
    {
        EquatableArray<string> one = ["a", "b"];
        var two = new[] { "a", "b" }.ToEquatableArray();
        (one == two).ShouldBeTrue();
        one.Equals((object)two).ShouldBeTrue();
        one.GetHashCode().ShouldBe(two.GetHashCode());
    }

    [Fact]
    public void Order_length_and_elements_tell_arrays_apart()
    {
        EquatableArray<string> one = ["a", "b"];
        (one != ["b", "a"]).ShouldBeTrue();
        (one != ["a"]).ShouldBeTrue();
        (one != ["a", "c"]).ShouldBeTrue();
    }

    [Fact]
    public void The_default_is_an_empty_array()
    {
        EquatableArray<int> none = default;
        none.ShouldBe([]);
        none.Count.ShouldBe(0);
        none.GetHashCode().ShouldBe(new EquatableArray<int>([]).GetHashCode());
        none.ToString().ShouldBe("[]");
    }

    [Fact]
    public void Records_that_hold_one_compare_by_value() =>
        new EventsPublished([new(1, "s", 1, "t", 2, new("{}"u8.ToArray()))]).ShouldBe(new EventsPublished([new(1, "s", 1, "t", 2, new("{}"u8.ToArray()))]));

    [Theory]
    [InlineData("[]")]
    [InlineData("[1]")]
    [InlineData("[3,1,2,9,8,7]")]
    public void It_is_written_and_read_as_a_list(string json) =>
        JsonSerializer.Serialize(JsonSerializer.Deserialize<EquatableArray<int>>(json)).ShouldBe(json);
}
