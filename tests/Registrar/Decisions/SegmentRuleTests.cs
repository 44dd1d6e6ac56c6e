using System.Collections.Immutable;
using Strata.Contracts;
using static Strata.Registrar.Tests.Events;

namespace Strata.Registrar.Tests;

/// <summary>What a person tells a rule about one segment.</summary>
public sealed class SegmentRuleTests
{
    private static readonly DerivationInput Base = Input("base", "b");
    private static readonly DatasetState State = DatasetAfter(Rule("tracking_error", 1, "base"), Rule("quality", 1, "tracking_error"));

    [Fact]
    public void Rule_5_a_rule_is_told_once_to_leave_a_segment_alone_and_again_after_an_input_changed()
    {
        var segment = SegmentAfter(Given("base", "b"));
        var suppressed = Suppress(State, segment).ShouldHaveSingleItem();
        suppressed.ShouldBe(new RuleSuppressed(Dataset, "tracking_error", Segment, "calibration run"));
        var after = State.Apply(suppressed, 5);
        Suppress(after, segment).ShouldBeEmpty();
        Suppress(after, segment.Apply(Given("base", "other"), 6)).ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData("tracking_error", "  ", "reason: expected 1 to 1000 characters")]
    [InlineData("tracking_eror", "why not", "it has quality, tracking_error")]
    public void A_suppression_needs_a_rule_that_stands_and_a_reason(string rule, string reason, string words) =>
        Should.Throw<CommandRefusedException>(() => SuppressRule.Decide(State, SegmentAfter(Given("base", "b")), new(Dataset, rule, Segment, reason))).Message.ShouldContain(words);

    [Fact]
    public void Rule_5_an_adopted_layer_goes_with_all_that_was_made_of_it()
    {
        var segment = SegmentAfter(Given("base", "b"), Given("tracking_error", "mine"), Derived("quality", "q", Input("tracking_error", "mine")));
        var decision = Adopt(State, segment, "tracking_error");
        decision.Rule.ShouldBe("tracking_error");
        decision.Removed.Select(r => (r.Layer, r.Reason)).ShouldBe([("tracking_error", UnregisterReasons.Adopted), ("quality", UnregisterReasons.InputRemoved)]);
    }

    [Fact]
    public void A_layer_that_is_the_rules_already_stays() =>
        Adopt(State, SegmentAfter(Given("base", "b"), Derived("tracking_error", "t", Base)), "tracking_error").Removed.ShouldBeEmpty();

    [Fact]
    public void What_cannot_be_adopted_is_refused_in_words()
    {
        var given = SegmentAfter(Given("base", "b"), Given("labels", "l"));
        Should.Throw<CommandRefusedException>(() => Adopt(State, given, "labels")).Message.ShouldContain("no rule of dataset");
        Should.Throw<CommandRefusedException>(() => Adopt(State, given, "labels")).Message.ShouldContain("its rules write 'quality' (quality), 'tracking_error' (tracking_error)");
        Should.Throw<CommandRefusedException>(() => Adopt(State, given, "tracking_error")).Message.ShouldContain("nothing holds its name back from rule 'tracking_error'");
        Should.Throw<CommandRefusedException>(() => Adopt(State, SegmentAfter(Given("tracking_error", "mine")), "tracking_error")).Message
            .ShouldContain("rule 'tracking_error' needs layer 'base', which does not stand");
        var retired = State.Apply(new RuleRetired(Dataset, "tracking_error", Someone), 9);
        Should.Throw<CommandRefusedException>(() => Adopt(retired, SegmentAfter(Given("base", "b"), Given("tracking_error", "mine")), "tracking_error")).Kind.ShouldBe(RefusalKind.NotFound);
    }

    private static ImmutableArray<RuleSuppressed> Suppress(DatasetState state, SegmentState segment) =>
        SuppressRule.Decide(state, segment, new(Dataset, "tracking_error", Segment, "calibration run"));

    private static AdoptDecision Adopt(DatasetState state, SegmentState segment, string layer) => AdoptLayer.Decide(state, segment, new(Dataset, Segment, layer, Someone));
}
