using Strata.Contracts;

namespace Strata.DerivationWorkers.Tests;

/// <summary>What is told of a layer that stands, or is unknown.</summary>
public sealed class WhyOfLayersTests : ToldSegment
{
    [Fact]
    public void A_given_layer_says_who_gave_it_and_from_where()
    {
        Give("base");

        var row = Tell("base").Rows.ShouldHaveSingleItem();

        (row.Rule, row.Outcome, row.Position).ShouldBe((null, WhyOutcomes.Given, 1L));
        row.Sentence.ShouldBe("layer 'base' was given at position 1 (1970-01-01 00:00:01.000Z) by cli maria, from file:///base.rrd");
    }

    [Fact]
    public void A_derived_layer_names_its_inputs_its_deriver_and_its_rows()
    {
        Declare();
        var @base = Give("base");
        Derive(@base);

        var row = Tell("tracking_error").Rows.ShouldHaveSingleItem();

        (row.Rule, row.Outcome, row.Position, row.RowsUsed).ShouldBe(("tracking_error", WhyOutcomes.Derived, 3L, 90L));
        row.Inputs.ShouldBe([new DerivationInput("base", @base.Fingerprint)]);
        row.Sentence.ShouldContain("by rule 'tracking_error' revision 1 with deriver tracking_error version 4 from base (");
        row.Sentence.ShouldEndWith("90 rows used, 10 dropped: 10 non_finite");
    }

    [Theory]
    [InlineData("bad", "derived", null)]
    [InlineData("review", "review", ReviewReasons.Condition)]
    public void A_declared_verdict_is_told_with_the_condition_that_decided(string verdict, string outcome, string? reason)
    {
        Add(_dataset, new RuleDeclared(Dataset, "ok", 1, VerdictDeriver.DeriverName, ["base"], "ok", CanonicalJson.EmptyObject));
        var @base = Give("base");
        Register("ok", "derived", new("ok", 1, VerdictDeriver.DeriverName, 1, 1, CanonicalJson.EmptyObject, [new(@base.Layer, @base.Fingerprint)], 0, []));
        _evaluations.Add(new(Dataset, Segment, "ok", 1, "ok", outcome, null, null, Sha256Digest.Of([1]), [], 0, [], 1, ++_position, 0, true));
        _properties["ok"] = Texts(("property:ok:verdict", verdict), ("property:ok:reason", "good does not hold"));

        var row = Tell("ok").Rows.ShouldHaveSingleItem();

        (row.Outcome, row.Reason).ShouldBe((outcome, reason));
        row.Sentence.ShouldEndWith($"; {verdict}: good does not hold");
        row.Sentence.ShouldNotContain("rows used");
    }

    [Fact]
    public void A_given_layer_older_than_a_change_of_its_inputs_is_stale_and_kept()
    {
        Declare();
        Give("base", "one");
        Give("tracking_error");
        var given = Tell("tracking_error").Rows.Single();
        given.Outcome.ShouldBe(WhyOutcomes.Given);
        given.Sentence.ShouldEndWith($"never overwrites a given layer. `strata rule adopt arms {Segment} tracking_error` gives its name back to the rule, which then derives it");

        Give("base", "two");

        var row = Tell("tracking_error").Rows.ShouldHaveSingleItem();
        (row.Outcome, row.Reason).ShouldBe((WhyOutcomes.Stale, SkipReasons.Given));
        row.Sentence.ShouldContain("it is stale, since input layer 'base' was replaced at position 4, and it is kept");
        row.Sentence.ShouldContain("Register a new one; or `strata rule adopt arms");
    }

    [Fact]
    public void The_same_bytes_registered_again_make_no_given_layer_stale()
    {
        Declare();
        Give("base", "one");
        Give("tracking_error");
        Give("base", "one");

        Tell("tracking_error").Rows.Single().Outcome.ShouldBe(WhyOutcomes.Given);
    }

    [Fact]
    public void An_unknown_layer_or_segment_is_answered_with_those_there_are()
    {
        Tell(null).Found.ShouldBeFalse();
        Declare();
        Give("base");

        var answer = Tell("tracking_eror");
        answer.Found.ShouldBeFalse();
        answer.Sentences.ShouldBe([$"no layer 'tracking_eror' stands in segment '{Segment}' and no rule makes one; there are base, tracking_error"]);
    }

    [Fact]
    public void Lineage_goes_upwards_and_downwards_with_fingerprints_and_parameters()
    {
        var @base = Give("base");
        var derived = Derive(@base);

        Lineage.Of(_segment, null).Select(r => (r.Of, r.Direction, r.Depth, r.Layer, r.Fingerprint, r.DeriverVersion, r.Parameters?.Text, r.Current)).ShouldBe(
        [
            ("base", LineageDirections.Self, 0, "base", @base.Fingerprint, null, null, true),
            ("base", LineageDirections.Downwards, 1, "tracking_error", derived.Fingerprint, 4, """{"unit":"rad"}""", true),
            ("tracking_error", LineageDirections.Self, 0, "tracking_error", derived.Fingerprint, 4, """{"unit":"rad"}""", true),
            ("tracking_error", LineageDirections.Upwards, 1, "base", @base.Fingerprint, null, null, true),
        ]);

        Give("base", "newer");
        Lineage.Of(_segment, "tracking_error").Single(r => r.Layer == "base").Current.ShouldBeFalse();
    }
}
