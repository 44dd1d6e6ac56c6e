namespace Strata.Projections.Tests.Support;

/// <summary>Stories that begin with the how-to's rules, and what of the work list is open at their end.</summary>
internal static class WorkStories
{
    public static Story HowTo()
    {
        var story = new Story(new FakeLog());
        story.Create();
        story.HowTo();
        return story;
    }

    public static Story Derived()
    {
        var story = HowTo();
        story.Register("a", "base", "one");
        story.Derive("a", "tracking_error", "error");
        story.Derive("a", "quality", "good");
        return story;
    }

    public static async Task Opens(Story story, params string[] expected) =>
        (await ReadOpen(story)).Select(item => $"{item.Segment} {item.Rule}").Order(StringComparer.Ordinal).ShouldBe(expected);

    public static async Task<IReadOnlyList<WorkItem>> ReadOpen(Story story)
    {
        using var folded = await Folded.UpToHead(story.Log);
        return await folded.Models.Work.OpenAsync(100, 0, null, TestContext.Current.CancellationToken);
    }
}
