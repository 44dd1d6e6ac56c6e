using Strata.Contracts;
using Strata.Projections.Tests.Support;

namespace Strata.Projections.Tests;

public sealed class WorkListTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_registered_input_opens_an_item_and_the_derived_layer_opens_the_next_rule_only()
    {
        var story = HowTo();
        var registered = story.Register("a", "base", "one");
        await Opens(story, "a tracking_error");

        var item = (await ReadOpen(story)).ShouldHaveSingleItem();
        item.ShouldBe(new WorkItem(
            story.WorkOf("a", "tracking_error"), story.Dataset, "a", "tracking_error", 1, story.InputsOf("a", "tracking_error"), story.Layer("a", "base").SchemaSha256, registered));

        story.Derive("a", "tracking_error", "error");
        await Opens(story, "a quality");
        story.Derive("a", "quality", "good");
        await Opens(story);
    }

    [Fact]
    public async Task A_rule_waits_until_all_its_inputs_stand()
    {
        var story = new Story(new FakeLog());
        story.Create();
        story.Declare("both", ["base", "labels"], "out");
        story.Register("a", "base", "one");
        await Opens(story);
        story.Register("a", "labels", "two");
        await Opens(story, "a both");
    }

    [Fact]
    public async Task A_rule_declared_later_applies_to_an_earlier_segment_only_when_an_input_is_registered_anew()
    {
        var story = new Story(new FakeLog());
        story.Create();
        story.Register("early", "base", "one");
        story.HowTo();
        await Opens(story);
        story.Register("early", "base", "one");
        await Opens(story, "early tracking_error");
    }

    [Fact]
    public async Task A_replaced_input_supersedes_the_open_item()
    {
        var story = HowTo();
        story.Register("a", "base", "one");
        story.Register("a", "base", "two");
        (await ReadOpen(story)).ShouldHaveSingleItem().WorkId.ShouldBe(story.WorkOf("a", "tracking_error"));
    }

    [Fact]
    public async Task A_replaced_base_layer_makes_its_quality_stale_and_derives_anew()
    {
        var story = Derived();
        story.Register("a", "base", "two");
        await Opens(story, "a tracking_error");
        using var folded = await Folded.UpToHead(story.Log);
        var evaluations = await folded.Models.Evaluations.ReadAsync(story.Dataset, "a", asOf: null, Cancel);
        evaluations.Select(e => (e.Rule, e.Current)).ShouldBe([("tracking_error", false), ("quality", true)]);

        story.Derive("a", "tracking_error", "other error");
        await folded.CatchUp();
        (await folded.Models.Evaluations.ReadAsync(story.Dataset, "a", asOf: null, Cancel)).Select(e => (e.Rule, e.Current))
            .ShouldBe([("quality", false), ("tracking_error", true)]);
        await Opens(story, "a quality");
    }

    [Fact]
    public async Task Replacing_an_input_by_the_same_bytes_derives_nothing()
    {
        var story = Derived();
        story.Register("a", "base", "one");
        await Opens(story);
    }

    [Fact]
    public async Task Replacing_an_input_by_the_same_bytes_does_not_repeat_a_skip()
    {
        var story = HowTo();
        story.Register("a", "base", "one");
        story.Skip("a", "tracking_error", SkipReasons.NoData);
        story.Register("a", "base", "one");
        await Opens(story);
    }

    [Fact]
    public async Task Replacing_an_input_by_the_same_bytes_opens_a_failed_item_anew()
    {
        var story = HowTo();
        story.Register("a", "base", "one");
        story.Fail("a", "tracking_error");
        var again = story.Register("a", "base", "one");
        (await ReadOpen(story)).ShouldHaveSingleItem().OpenedAtPosition.ShouldBe(again);
        story.Derive("a", "tracking_error", "error");
        await Opens(story, "a quality");
    }

    [Fact]
    public async Task Replacing_an_input_by_the_same_bytes_opens_what_failed_further_down_and_leaves_what_stands()
    {
        var story = HowTo();
        story.Register("a", "base", "one");
        story.Derive("a", "tracking_error", "error");
        story.Fail("a", "quality");
        await Opens(story);
        story.Register("a", "base", "one");
        await Opens(story, "a quality");
    }

    [Fact]
    public async Task An_output_that_went_with_its_input_is_derived_again_when_the_same_input_comes_back()
    {
        var story = Derived();
        story.Unregister("a", "quality", "input_removed");
        story.Unregister("a", "tracking_error", "input_removed");
        story.Unregister("a", "base");
        await Opens(story);
        story.Register("a", "base", "one");
        await Opens(story, "a tracking_error");
    }

    [Fact]
    public async Task An_unregistered_input_closes_the_item()
    {
        var story = HowTo();
        story.Register("a", "base", "one");
        story.Unregister("a", "base");
        await Opens(story);
    }

    [Fact]
    public async Task A_given_layer_in_an_outputs_place_is_skipped_and_derived_again_when_it_goes()
    {
        var story = HowTo();
        story.Register("a", "base", "one");
        story.Register("a", "tracking_error", "by hand", Schemas.Error);
        await Opens(story, "a quality", "a tracking_error");
        var workId = story.WorkOf("a", "tracking_error");
        story.Skip("a", "tracking_error", SkipReasons.Given);
        await Opens(story, "a quality");

        story.Register("a", "base", "one");
        await Opens(story, "a quality");

        story.Unregister("a", "tracking_error");
        (await ReadOpen(story)).ShouldHaveSingleItem().WorkId.ShouldBe(workId);
    }

    [Fact]
    public async Task A_given_layer_that_goes_is_not_derived_where_the_rule_is_younger_than_its_input()
    {
        var story = new Story(new FakeLog());
        story.Create();
        story.Register("a", "base", "one");
        story.Register("a", "tracking_error", "by hand", Schemas.Error);
        story.HowTo();

        story.Unregister("a", "tracking_error");
        await Opens(story);

        story.Register("a", "base", "one");
        await Opens(story, "a tracking_error");
    }

    [Fact]
    public async Task Rule_5_a_layer_that_yielded_to_a_schema_is_derived_again_when_the_last_layer_of_that_schema_goes()
    {
        var story = HowTo();
        story.Register("a", "base", "one");
        story.Derive("a", "tracking_error", "error");
        story.Derive("a", "quality", "good");
        story.Unregister("a", "tracking_error", SkipReasons.YieldedSchema);
        story.Unregister("a", "quality", "input_removed");
        story.Register("b", "extra", "two", Schemas.Labels);
        story.Register("c", "extra", "three", Schemas.Labels);
        await Opens(story);
        using (var read = await Folded.UpToHead(story.Log))
        {
            var row = (await read.Models.Evaluations.ReadAsync(story.Dataset, "a", asOf: null, Cancel)).Single(e => e.Current);
            (row.Rule, row.Outcome, row.Reason).ShouldBe(("tracking_error", "skipped", SkipReasons.YieldedSchema));
            row.Inputs.ShouldBe(story.InputsOf("a", "tracking_error"));
        }

        story.Unregister("b", "extra");
        await Opens(story);
        story.Unregister("c", "extra");
        await Opens(story, "a tracking_error");
        story.Derive("a", "tracking_error", "error");
        await Opens(story, "a quality");
    }

    [Fact]
    public async Task A_rule_that_a_schema_kept_out_tries_again_once_when_a_given_layer_moves_to_another_schema()
    {
        var story = HowTo();
        story.Register("b", "extra", "two", Schemas.Labels);
        story.Register("a", "base", "one");
        story.Skip("a", "tracking_error", SkipReasons.SchemaConflict);
        await Opens(story);
        story.Register("b", "extra", "three", Schemas.Error);
        await Opens(story, "a tracking_error");
        story.Skip("a", "tracking_error", SkipReasons.SchemaConflict);
        await Opens(story);
    }

    [Fact]
    public async Task A_changed_input_opens_the_item_although_a_given_layer_stands_in_the_outputs_place()
    {
        var story = HowTo();
        story.Register("a", "base", "one");
        story.Register("a", "tracking_error", "by hand", Schemas.Error);
        story.Skip("a", "tracking_error", SkipReasons.Given);
        story.Derive("a", "quality", "good");
        story.Register("a", "base", "two");
        await Opens(story, "a tracking_error");
    }

    [Fact]
    public async Task A_suppressed_rule_leaves_the_segment_alone_until_it_is_resumed()
    {
        var story = Derived();
        story.Unregister("a", "tracking_error");
        story.Suppress("a", "tracking_error");
        story.Register("a", "base", "one");
        await Opens(story);
        story.Resume("a", "tracking_error");
        await Opens(story, "a tracking_error");
    }

    [Fact]
    public async Task A_suppressed_rule_leaves_the_segment_alone_until_an_input_changes()
    {
        var story = Derived();
        story.Unregister("a", "tracking_error");
        story.Suppress("a", "tracking_error");
        story.Register("a", "base", "two");
        await Opens(story, "a tracking_error");
    }

    [Fact]
    public async Task Suppressing_closes_the_open_item()
    {
        var story = HowTo();
        story.Register("a", "base", "one");
        story.Suppress("a", "tracking_error");
        await Opens(story);
    }

    [Fact]
    public async Task What_was_skipped_is_decided_anew_when_a_person_resumes_the_rule()
    {
        var story = HowTo();
        story.Register("a", "base", "one");
        story.Skip("a", "tracking_error", SkipReasons.NoData);
        story.Suppress("a", "tracking_error");
        await Opens(story);
        story.Resume("a", "tracking_error");
        await Opens(story, "a tracking_error");
    }

    [Fact]
    public async Task A_suppression_ends_with_an_inputs_content_also_while_its_rule_is_retired()
    {
        var story = HowTo();
        story.Register("a", "base", "one");
        story.Suppress("a", "tracking_error");
        story.Retire("tracking_error");
        story.Register("a", "base", "two");
        story.Declare("tracking_error", ["base"], "tracking_error");
        await Opens(story);
        story.Register("a", "base", "two");
        await Opens(story, "a tracking_error");
    }

    [Fact]
    public async Task A_failed_item_waits_for_a_person_who_resumes_it()
    {
        var story = HowTo();
        story.Register("a", "base", "one");
        story.Fail("a", "tracking_error");
        await Opens(story);
        var resumed = story.Resume("a", "tracking_error");
        (await ReadOpen(story)).ShouldHaveSingleItem().OpenedAtPosition.ShouldBe(resumed);
        story.Fail("a", "tracking_error");
        await Opens(story);
    }

    [Fact]
    public async Task A_skip_of_a_schema_settles_all_segments_with_it_now_and_later()
    {
        var story = HowTo();
        story.Register("a", "base", "one", Schemas.Labels);
        story.Register("b", "base", "two", Schemas.Labels);
        story.Register("c", "base", "three");
        var position = story.SkipSchema("tracking_error", story.Layer("a", "base").SchemaSha256);
        await Opens(story, "c tracking_error");
        story.Register("d", "base", "four", Schemas.Labels);
        await Opens(story, "c tracking_error");

        using var folded = await Folded.UpToHead(story.Log);
        var evaluations = await folded.Models.Evaluations.ReadAsync(story.Dataset, null, asOf: null, Cancel);
        evaluations.Select(e => (e.Segment, e.Rule, e.Outcome, e.Reason, e.OutputLayer, e.Position, e.Current))
            .ShouldBe(((string[])["a", "b", "d"]).Select(s => (s, "tracking_error", "skipped", (string?)SkipReasons.SchemaMismatch, "tracking_error", position, true)));
        evaluations[2].Inputs.ShouldBe(story.InputsOf("d", "tracking_error"));
    }

    [Fact]
    public async Task A_base_replaced_by_one_whose_schema_cannot_match_leaves_work_until_the_old_derived_layer_is_gone()
    {
        var story = HowTo();
        story.Register("known", "base", "zero", Schemas.Labels);
        foreach (var segment in (string[])["a", "b"])
        {
            story.Register(segment, "base", "one");
            story.Derive(segment, "tracking_error", "error " + segment);
            story.Derive(segment, "quality", "good " + segment);
        }

        story.Register("a", "base", "two", Schemas.Labels);
        story.SkipSchema("tracking_error", story.Layer("a", "base").SchemaSha256);
        await Opens(story, "a tracking_error");
        story.Register("b", "base", "two", Schemas.Labels);
        await Opens(story, "a tracking_error", "b tracking_error");

        foreach (var segment in (string[])["a", "b"])
        {
            story.Unregister(segment, "quality", "input_changed");
            story.Unregister(segment, "tracking_error", "input_changed");
        }

        await Opens(story);
    }

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
    public async Task The_work_list_is_read_in_pages_in_the_order_of_the_log()
    {
        var story = HowTo();
        story.Register([.. Enumerable.Range(0, 5).Select(i => story.Make($"s{i}", "base", $"{i}"))]);
        using var folded = await Folded.UpToHead(story.Log);
        var work = folded.Models.Work;

        var all = await work.OpenAsync(10, 0, null, Cancel);
        all.Select(i => i.Segment).ShouldBe(["s0", "s1", "s2", "s3", "s4"]);
        var first = await work.OpenAsync(2, 0, null, Cancel);
        var second = await work.OpenAsync(2, first[^1].OpenedAtPosition, first[^1].WorkId, Cancel);
        first.Concat(second).ShouldBe(all.Take(4));
        (await work.OpenAsync(story.Dataset, ["s3", "s1", "nowhere"], asOf: null, Cancel)).Select(i => i.Segment).ShouldBe(["s3", "s1"]);
        (await work.CountOpenAsync(story.Dataset, Cancel)).ShouldBe(5);
        (await work.CountOpenAsync(null, Cancel)).ShouldBe(5);
        (await work.CountOpenAsync(DatasetId.New(), Cancel)).ShouldBe(0);
    }

    [Fact]
    public async Task An_evaluation_tells_what_was_decided_and_why()
    {
        var story = Derived();
        story.Register("b", "base", "two");
        story.Skip("b", "tracking_error", SkipReasons.NoData);
        story.Register("c", "base", "three");
        story.Fail("c", "tracking_error", attempt: 5);
        using var folded = await Folded.UpToHead(story.Log);

        var all = await folded.Models.Evaluations.ReadAsync(story.Dataset, null, asOf: null, Cancel);
        all.Select(e => (e.Segment, e.Rule, e.Outcome, e.Reason, e.Attempt, e.RowsUsed)).ShouldBe(
        [
            ("a", "tracking_error", "derived", null, 1, 10),
            ("a", "quality", "derived", null, 1, 10),
            ("b", "tracking_error", "skipped", SkipReasons.NoData, 1, 0),
            ("c", "tracking_error", "failed", FailureReasons.TooManyAttempts, 5, 0),
        ]);
        all[0].RowsDropped.ShouldBe([new DroppedRows(DropReasons.NonFinite, 2)]);
        all[0].WorkId.ShouldBe(story.WorkOf("a", "tracking_error"));
        all[2].Detail.ShouldBe("in words");
        all.ShouldAllBe(e => e.Current);
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

    private static Story HowTo()
    {
        var story = new Story(new FakeLog());
        story.Create();
        story.HowTo();
        return story;
    }

    private static Story Derived()
    {
        var story = HowTo();
        story.Register("a", "base", "one");
        story.Derive("a", "tracking_error", "error");
        story.Derive("a", "quality", "good");
        return story;
    }

    private static async Task Opens(Story story, params string[] expected) =>
        (await ReadOpen(story)).Select(item => $"{item.Segment} {item.Rule}").Order(StringComparer.Ordinal).ShouldBe(expected);

    private static async Task<IReadOnlyList<WorkItem>> ReadOpen(Story story)
    {
        using var folded = await Folded.UpToHead(story.Log);
        return await folded.Models.Work.OpenAsync(100, 0, null, Cancel);
    }
}
