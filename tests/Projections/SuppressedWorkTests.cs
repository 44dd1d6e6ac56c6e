using Strata.Contracts;
using static Strata.Projections.Tests.Support.WorkStories;

namespace Strata.Projections.Tests;

/// <summary>Rules that leave a segment alone, or wait for a person, until they are resumed. Source: DESIGN rules 5 and 8.</summary>
public sealed class SuppressedWorkTests
{
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
}
