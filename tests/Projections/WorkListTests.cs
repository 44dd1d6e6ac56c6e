using Strata.Contracts;
using Strata.Projections.Tests.Support;
using static Strata.Projections.Tests.Support.WorkStories;

namespace Strata.Projections.Tests;

/// <summary>What opens and closes an item of the work list. Source: DESIGN §4.5.</summary>
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
    public async Task An_unregistered_input_closes_the_item()
    {
        var story = HowTo();
        story.Register("a", "base", "one");
        story.Unregister("a", "base");
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
}
