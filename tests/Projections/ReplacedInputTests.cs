using Strata.Contracts;
using Strata.Projections.Tests.Support;
using static Strata.Projections.Tests.Support.WorkStories;

namespace Strata.Projections.Tests;

/// <summary>What becomes of the work list when an input is replaced, also by the same bytes. Source: DESIGN rule 9.</summary>
public sealed class ReplacedInputTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

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
}
