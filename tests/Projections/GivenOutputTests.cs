using Strata.Contracts;
using Strata.Projections.Tests.Support;
using static Strata.Projections.Tests.Support.WorkStories;

namespace Strata.Projections.Tests;

/// <summary>Layers that people give where rules write, or whose schema keeps rules out. Source: DESIGN rule 5.</summary>
public sealed class GivenOutputTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

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
}
