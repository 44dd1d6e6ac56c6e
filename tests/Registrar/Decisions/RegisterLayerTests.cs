using Strata.Contracts;
using static Strata.Registrar.Tests.Events;

namespace Strata.Registrar.Tests;

public sealed class RegisterLayerTests
{
    private static readonly DerivationInput Base = Input("base", "b");

    /// <summary>holder (absent, given, derived) × content (same, other) × policy → status, and whether an event is appended.</summary>
    [Theory]
    [InlineData("absent", "new", OnDuplicate.Known, "registered")]
    [InlineData("absent", "new", OnDuplicate.Error, "registered")]
    [InlineData("absent", "new", OnDuplicate.Skip, "registered")]
    [InlineData("absent", "new", OnDuplicate.Replace, "registered")]
    [InlineData("given", "old", OnDuplicate.Known, "known")]
    [InlineData("given", "old", OnDuplicate.Error, "failed")]
    [InlineData("given", "old", OnDuplicate.Skip, "skipped")]
    [InlineData("given", "old", OnDuplicate.Replace, "replaced")]
    [InlineData("given", "new", OnDuplicate.Known, "failed")]
    [InlineData("given", "new", OnDuplicate.Error, "failed")]
    [InlineData("given", "new", OnDuplicate.Skip, "skipped")]
    [InlineData("given", "new", OnDuplicate.Replace, "replaced")]
    [InlineData("derived", "old", OnDuplicate.Known, "known")]
    [InlineData("derived", "old", OnDuplicate.Error, "registered")]
    [InlineData("derived", "old", OnDuplicate.Skip, "skipped")]
    [InlineData("derived", "old", OnDuplicate.Replace, "replaced")]
    [InlineData("derived", "new", OnDuplicate.Known, "registered")]
    [InlineData("derived", "new", OnDuplicate.Error, "registered")]
    [InlineData("derived", "new", OnDuplicate.Skip, "skipped")]
    [InlineData("derived", "new", OnDuplicate.Replace, "replaced")]
    public void What_becomes_of_a_recording_depends_on_who_holds_the_name_and_on_the_policy(string holder, string content, OnDuplicate policy, string status)
    {
        var state = holder switch
        {
            "given" => SegmentAfter(Given("tracking_error", "old")),
            "derived" => SegmentAfter(Given("base", "b"), Derived("tracking_error", "old", Base)),
            _ => SegmentState.Empty,
        };
        var command = Register("tracking_error", content, policy);
        RegisterLayer.Judge(state, Segment, "tracking_error", Hash(content), policy, isDelivery: false).Status.ShouldBe(status);
        var events = RegisterLayer.Decide(state, command);
        events.Length.ShouldBe(status is "registered" or "replaced" ? 1 : 0);
        foreach (var registered in events.Cast<LayerRegistered>())
        {
            registered.Origin.ShouldBe(LayerOrigin.Given);
            registered.Supersedes.ShouldBe(holder == "absent" ? null : Hash("old"));
        }
    }

    [Theory]
    [InlineData(OnDuplicate.Known)]
    [InlineData(OnDuplicate.Error)]
    [InlineData(OnDuplicate.Skip)]
    [InlineData(OnDuplicate.Replace)]
    public void Rule_1_a_delivery_that_comes_again_is_known_under_any_policy(OnDuplicate policy)
    {
        var state = SegmentAfter(Given("base", "old"));
        RegisterLayer.Decide(state, Register("base", "old", policy, isDelivery: true)).ShouldBeEmpty();
        RegisterLayer.Judge(state, Segment, "base", Hash("old"), policy, isDelivery: true).Status.ShouldBe("known");
    }

    [Fact]
    public void A_refusal_says_in_Reruns_words_what_exists_and_what_to_do()
    {
        var verdict = RegisterLayer.Judge(SegmentAfter(Given("base", "old")), Segment, "base", Hash("new"), OnDuplicate.Error, isDelivery: false);
        verdict.Reason.ShouldNotBeNull().ShouldStartWith("Layer 'base' already exists");
        verdict.Reason.ShouldContain("file:///base-old.rrd");
        verdict.Reason.ShouldContain("replace");
    }

    [Fact]
    public void Rule_1_replacing_with_the_same_content_keeps_since_when_it_stands_so_that_nothing_is_derived_anew()
    {
        var state = SegmentAfter(Given("base", "b"), Given("base", "b"), Given("base", "c"));
        state.Find("base")!.ContentSince.ShouldBe(3);
        SegmentAfter(Given("base", "b"), Given("base", "b")).Find("base")!.ContentSince.ShouldBe(1);
    }

    [Fact]
    public void Rule_4_deciding_twice_gives_equal_events()
    {
        var state = SegmentAfter(Given("base", "old"));
        var command = Register("base", "new", OnDuplicate.Replace);
        RegisterLayer.Decide(state, command).ShouldBe(RegisterLayer.Decide(state, command));
    }
}
