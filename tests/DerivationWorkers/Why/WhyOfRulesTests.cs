using Strata.Contracts;

namespace Strata.DerivationWorkers.Tests;

/// <summary>What is told of rules that leave a segment alone, or that were declared, revised or retired after it came.</summary>
public sealed class WhyOfRulesTests : ToldSegment
{
    [Fact]
    public void A_suppressed_rule_says_since_when_and_how_it_goes_on()
    {
        Declare();
        Give("base", "one");
        Add(_dataset, new RuleSuppressed(Dataset, "tracking_error", Segment, "asked"));

        var row = Tell("tracking_error").Rows.ShouldHaveSingleItem();
        row.Outcome.ShouldBe(WhyOutcomes.Suppressed);
        row.Sentence.ShouldContain("since position 3 (asked); it goes on when an input changes");

        Give("base", "two");
        Tell("tracking_error").Rows.Single().Outcome.ShouldNotBe(WhyOutcomes.Suppressed);
    }

    [Fact]
    public void A_layer_of_an_older_revision_names_the_back_fill_that_applies_the_new_one()
    {
        Declare();
        Derive(Give("base"));
        Tell("tracking_error").Sentences[0].ShouldNotContain("strata backfill");

        Add(_dataset, new RuleDeclared(Dataset, "tracking_error", 2, "tracking_error", ["base"], "tracking_error", CanonicalJson.Parse("""{"joints":"0..5"}""")));

        Tell("tracking_error").Sentences[0].ShouldContain("The rule has revision 2 since position 4: `strata backfill arms tracking_error` applies it");

        Add(_dataset, new RuleSuppressed(Dataset, "tracking_error", Segment, "asked"));
        Tell("tracking_error").Sentences[0].ShouldNotContain("strata backfill");
    }

    [Fact]
    public void A_layer_of_a_retired_rule_says_so_whether_it_stands_or_not()
    {
        Declare();
        var @base = Give("base");
        Retire();
        var missing = Tell("tracking_error").Rows.ShouldHaveSingleItem();
        (missing.Rule, missing.Outcome).ShouldBe(("tracking_error", WhyOutcomes.Retired));
        missing.Sentence.ShouldBe("no layer 'tracking_error' stands: rule 'tracking_error' was retired at position 3 by cli maria");

        Derive(@base);
        var standing = Tell("tracking_error").Rows.ShouldHaveSingleItem();
        (standing.Rule, standing.Outcome, standing.RowsUsed).ShouldBe(("tracking_error", WhyOutcomes.Retired, 90L));
        standing.Sentence.ShouldEndWith("rule 'tracking_error' was retired at position 3 by cli maria: nothing makes it anew");

        Give("base", "newer");
        Tell("tracking_error").Rows.Single().Sentence.ShouldEndWith(", and it is stale, since input layer 'base' is another one by now");
    }

    [Fact]
    public void A_suppressed_rule_whose_layer_stands_says_both()
    {
        Declare();
        Derive(Give("base"));
        Add(_dataset, new RuleSuppressed(Dataset, "tracking_error", Segment, "calibration run"));

        var row = Tell("tracking_error").Rows.ShouldHaveSingleItem();

        row.Outcome.ShouldBe(WhyOutcomes.Derived);
        row.Sentence.ShouldContain("It stands, and rule 'tracking_error' leaves this segment alone since position 4 (calibration run)");
    }

    [Fact]
    public void A_layer_that_another_rule_writes_by_now_names_both()
    {
        Declare();
        Derive(Give("base"));
        Retire();
        Add(_dataset, new RuleDeclared(Dataset, "other", 1, "tracking_error", ["base"], "tracking_error", CanonicalJson.EmptyObject));

        var row = Tell("tracking_error").Rows.ShouldHaveSingleItem();

        (row.Rule, row.Outcome).ShouldBe(("other", WhyOutcomes.NeedsBackfill));
        row.Sentence.ShouldContain("by rule 'tracking_error' revision 1");
        row.Sentence.ShouldContain("that rule was retired at position 4. Rule 'other' writes this layer since position 5");
    }

    [Fact]
    public void A_rule_that_was_declared_after_the_segment_says_that_it_needs_a_backfill()
    {
        Give("base");
        Declare();

        var row = Tell("tracking_error").Rows.ShouldHaveSingleItem();
        row.Outcome.ShouldBe(WhyOutcomes.NeedsBackfill);
        row.Sentence.ShouldContain("needs a backfill");
    }

    [Fact]
    public void A_rule_whose_input_another_rule_makes_points_to_that_rule()
    {
        Declare();
        Declare("quality", "tracking_error");
        Give("base");

        var row = Tell("quality").Rows.ShouldHaveSingleItem();
        row.Outcome.ShouldBe(WhyOutcomes.WaitsForInput);
        row.Sentence.ShouldBe("rule 'quality' needs layer 'tracking_error', which does not stand in this segment ('tracking_error' is made by rule 'tracking_error', see its own line)");
    }

    [Fact]
    public void Of_an_input_that_was_unregistered_it_is_told_when_and_what_went_with_it()
    {
        Declare();
        var input = Give("base");
        var derived = Derive(input);
        Add(_segment, new LayerUnregistered(Dataset, Segment, "base", input.Fingerprint, "asked", new("cli", "maria")));
        var asked = _position;
        Add(_segment, new LayerUnregistered(Dataset, Segment, "tracking_error", derived.Fingerprint, "input_removed", new("worker", "w1")));

        Tell("tracking_error").Rows.ShouldHaveSingleItem().Sentence.ShouldBe(
            $"rule 'tracking_error' needs layer 'base', which does not stand in this segment since it was unregistered at position {asked}; layer 'tracking_error' went at position {asked + 1} (input_removed); register it");
    }

    [Fact]
    public void A_dataset_without_rules_says_so()
    {
        Give("base");

        Tell(null).Sentences[^1].ShouldBe("dataset 'arms' has no rules, so nothing is derived in it; `strata rule suggest arms` looks at its recordings and says which would fit");
    }
}
