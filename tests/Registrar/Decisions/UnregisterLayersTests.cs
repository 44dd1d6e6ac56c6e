using Strata.Contracts;
using static Strata.Registrar.Tests.Events;

namespace Strata.Registrar.Tests;

public sealed class UnregisterLayersTests
{
    private static readonly StrataEvent[] Cascade =
    [
        Given("base", "b"),
        Derived("tracking_error", "t", Input("base", "b")),
        Derived("quality", "q", Input("tracking_error", "t")),
    ];

    [Fact]
    public void Rule_9_without_its_base_every_derived_layer_goes_in_order()
    {
        var decision = UnregisterLayers.Decide(SegmentAfter(Cascade), Segment, Command("base"));
        decision.SegmentEvents.Select(e => (e.Layer, e.Reason)).ShouldBe(
            [("base", UnregisterReasons.Asked), ("tracking_error", UnregisterReasons.InputRemoved), ("quality", UnregisterReasons.InputRemoved)]);
        decision.DatasetEvents.ShouldBeEmpty();
    }

    [Fact]
    public void Rule_5_a_person_who_takes_a_derived_layer_away_suppresses_its_rule_on_this_segment()
    {
        var decision = UnregisterLayers.Decide(SegmentAfter(Cascade), Segment, Command("tracking_error"));
        decision.SegmentEvents.Select(e => e.Layer).ShouldBe(["tracking_error", "quality"]);
        decision.DatasetEvents.Select(e => (e.Rule, e.Segment)).ShouldBe([("tracking_error", Segment)]);
    }

    [Fact]
    public void Rule_5_taking_away_a_given_layer_that_had_superseded_a_derived_one_suppresses_nothing()
    {
        var state = SegmentAfter([.. Cascade, Given("tracking_error", "mine")]);
        var decision = UnregisterLayers.Decide(state, Segment, Command("tracking_error"));
        decision.SegmentEvents.Select(e => e.Layer).ShouldBe(["tracking_error", "quality"]);
        decision.DatasetEvents.ShouldBeEmpty();
    }

    [Fact]
    public void Taking_away_all_layers_suppresses_nothing_since_nothing_is_left_to_derive_from()
    {
        var decision = UnregisterLayers.Decide(SegmentAfter(Cascade), Segment, Command());
        decision.SegmentEvents.Length.ShouldBe(3);
        decision.SegmentEvents.ShouldAllBe(e => e.Reason == UnregisterReasons.Asked);
        decision.DatasetEvents.ShouldBeEmpty();
    }

    [Fact]
    public void A_layer_that_is_not_there_is_no_error()
    {
        UnregisterLayers.Decide(SegmentState.Empty, Segment, Command("base", "labels")).SegmentEvents.ShouldBeEmpty();
    }

    private static UnregisterLayers Command(params string[] layers) => new(Dataset, [Segment], [.. layers], Someone);
}
