using Strata.Contracts;
using Strata.Projections.Tests.Support;
using static Strata.Projections.Tests.Support.WorkStories;

namespace Strata.Projections.Tests;

/// <summary>What the work list and the list of decisions make of revisions and of retired rules.</summary>
public sealed class RuleRevisionTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_new_revision_looks_again_at_a_schema_that_the_old_one_skipped()
    {
        var story = HowTo();
        story.Register("a", "base", "one", Schemas.Labels);
        story.SkipSchema("tracking_error", story.Layer("a", "base").SchemaSha256);
        story.Declare("tracking_error", ["base"], "tracking_error", """{"joints":"all"}""");
        await Opens(story);
        story.Register("a", "base", "two", Schemas.Labels);
        await Opens(story, "a tracking_error");
    }

    [Fact]
    public async Task An_open_item_is_done_under_the_new_revision()
    {
        var story = HowTo();
        story.Register("a", "base", "one");
        story.Register("b", "base", "two");
        story.Derive("b", "tracking_error", "error");
        story.Declare("tracking_error", ["base"], "tracking_error", """{"joints":"all"}""");
        (await ReadOpen(story)).Select(i => (i.Segment, i.Rule, i.Revision, i.WorkId)).ShouldBe(
            [("b", "quality", 1, story.WorkOf("b", "quality")), ("a", "tracking_error", 2, story.WorkOf("a", "tracking_error"))]);
    }

    [Fact]
    public async Task Each_rule_is_listed_in_its_latest_revision()
    {
        var story = HowTo();
        var position = story.Declare("tracking_error", ["base"], "tracking_error", """{"b":1,"a":2}""");
        using var folded = await Folded.UpToHead(story.Log);
        var rules = await folded.Models.Rules.ReadAsync(story.Dataset, asOf: null, Cancel);
        rules.Select(r => (r.Rule, r.Revision)).ShouldBe([("tracking_error", 2), ("quality", 1)]);
        rules[0].ShouldBe(new RuleRow(story.Dataset, "tracking_error", 2, "tracking_error", ["base"], "tracking_error", CanonicalJson.Parse("""{"a":2,"b":1}"""), position));
    }

    [Fact]
    public async Task A_retired_rule_has_no_work_and_gets_none_and_what_it_decided_is_still_told()
    {
        var story = Derived();
        story.Register("b", "base", "two");
        await Opens(story, "b tracking_error");
        var retired = story.Retire("tracking_error");
        await Opens(story);
        story.Register("c", "base", "three");
        await Opens(story);

        using var folded = await Folded.UpToHead(story.Log);
        (await folded.Models.Rules.ReadAsync(story.Dataset, asOf: null, Cancel)).Select(r => r.Rule).ShouldBe(["quality"]);
        (await folded.Models.Rules.ReadAsync(story.Dataset, retired - 1, Cancel)).Select(r => r.Rule).ShouldBe(["tracking_error", "quality"]);
        (await folded.Models.Rules.ReadRevisionsAsync(story.Dataset, asOf: null, Cancel)).Select(r => (r.Rule, r.Revision, r.UntilPosition))
            .ShouldBe([("tracking_error", 1, retired), ("quality", 1, null)]);
        (await folded.Models.Evaluations.ReadAsync(story.Dataset, "a", asOf: null, Cancel)).Select(e => (e.Rule, e.Outcome)).ShouldBe([("tracking_error", "derived"), ("quality", "derived")]);
    }

    [Fact]
    public async Task A_rule_that_is_declared_again_after_its_retirement_counts_on_and_applies_to_what_is_registered_from_then_on()
    {
        var story = Derived();
        story.Retire("tracking_error");
        story.Register("between", "base", "two");
        story.Declare("tracking_error", ["base"], "tracking_error", outputs: new(["/derived/tracking_error"], ["tracking_error"]));
        await Opens(story);
        story.Register("a", "base", "other");
        story.Register("new", "base", "three");
        (await ReadOpen(story)).Select(i => (i.Segment, i.Rule, i.Revision)).ShouldBe([("a", "tracking_error", 2), ("new", "tracking_error", 2)]);

        using var folded = await Folded.UpToHead(story.Log);
        (await folded.Models.Rules.ReadAsync(story.Dataset, asOf: null, Cancel)).Single(r => r.Rule == "tracking_error").Outputs.ShouldBe(new RuleOutputs(["/derived/tracking_error"], ["tracking_error"]));
    }

    /// <summary>The layer of a retired rule may still give way to a given one, and a segment that nobody looked at since is read from its tables.</summary>
    [Fact]
    public async Task What_a_retired_rule_decided_is_known_to_the_folds_also_after_a_start()
    {
        var story = HowTo();
        story.Register("a", "base", "one");
        story.Derive("a", "tracking_error", "error");
        story.Retire("tracking_error");
        story.Retire("quality");
        using var folded = await Folded.UpToHead(story.Log);
        folded.Reopen();
        story.Register("b", "base", "two");
        story.Unregister("a", "tracking_error", SkipReasons.YieldedSchema);
        story.Declare("tracking_error", ["base"], "tracking_error");
        story.Register("a", "base", "three");
        story.Derive("a", "tracking_error", "new error");
        await folded.CatchUp();
        var row = (await folded.Models.Evaluations.ReadAsync(story.Dataset, "a", asOf: null, Cancel)).ShouldHaveSingleItem();
        (row.Rule, row.Revision, row.Outcome).ShouldBe(("tracking_error", 2, "derived"));
    }
}
