using Strata.Contracts;
using Strata.Projections.Tests.Support;

namespace Strata.Projections.Tests;

public sealed class BackfillTests
{
    private const string Rule = "tracking_error";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_page_opens_work_for_exactly_its_segments_also_on_inputs_older_than_the_rule()
    {
        var story = Older("a", "b", "c");
        story.Backfill("one", Rule, segments: 3);
        await Opens(story);
        var admitted = story.Admit("one", Rule, "a", "c");

        using var folded = await Folded.UpToHead(story.Log);
        var open = await folded.Models.Work.OpenAsync(100, 0, null, Cancel);
        open.Select(i => (i.Segment, i.Rule, i.OpenedAtPosition, i.Backfill)).ShouldBe([("a", Rule, admitted, "one"), ("c", Rule, admitted, "one")], ignoreOrder: true);
        open[0].WorkId.ShouldBe(story.WorkOf(open[0].Segment, Rule));
        (await folded.Models.Backfills.AnyOtherWorkAsync(Cancel)).ShouldBeFalse();
    }

    [Fact]
    public async Task What_follows_from_a_page_is_work_as_after_a_registration()
    {
        var story = Older("a");
        story.Backfill("one", Rule);
        story.Admit("one", Rule, "a");
        story.Derive("a", Rule, "error", backfill: "one");
        await Opens(story, "a quality ");
    }

    [Fact]
    public async Task A_segment_that_was_decided_on_is_looked_at_again_with_the_same_work_id()
    {
        var story = HowTo();
        story.Register("a", "base", "one");
        story.Derive("a", Rule, "error");
        story.Derive("a", "quality", "good");
        await Opens(story);
        story.Backfill("one", Rule, version: 2);
        story.Admit("one", Rule, "a");
        await Opens(story, "a tracking_error one");
    }

    [Fact]
    public async Task A_suppressed_segment_stays_suppressed_and_what_is_open_already_is_not_opened_twice()
    {
        var story = Older("a", "b");
        story.Suppress("a", Rule);
        story.Register("b", "base", "anew");
        story.Backfill("one", Rule);
        story.Admit("one", Rule, "a", "b", "nobody");
        await Opens(story, "b tracking_error ");
    }

    [Fact]
    public async Task A_schema_that_this_version_skipped_is_not_asked_again_and_one_that_another_version_skipped_is()
    {
        foreach (var (skippedBy, asked, force, opens) in new (int?, int, bool, bool)[] { (1, 1, false, false), (1, 2, false, true), (null, 1, false, true), (1, 1, true, true) })
        {
            var story = HowTo();
            story.Register("a", "base", "one", Schemas.Labels);
            story.SkipSchema(Rule, story.Layer("a", "base").SchemaSha256, skippedBy);
            story.Backfill("one", Rule, asked, force);
            story.Admit("one", Rule, "a");
            await Opens(story, opens ? ["a tracking_error one"] : []);

            // Once it has answered within the back-fill the rest of the schema is decided, whichever version it was.
            story.SkipSchema(Rule, story.Layer("a", "base").SchemaSha256, skippedBy, "one");
            story.Register("b", "base", "two", Schemas.Labels);
            story.Admit("one", Rule, "b");
            await Opens(story);
        }
    }

    [Fact]
    public async Task A_cancelled_back_fill_takes_its_open_work_off_the_list_and_a_paused_one_does_not()
    {
        var story = Older("a", "b");
        story.Backfill("one", Rule);
        story.Admit("one", Rule, "a", "b");
        story.PauseBackfill("one", Rule);
        await Opens(story, "a tracking_error one", "b tracking_error one");
        story.Derive("a", Rule, "error", backfill: "one");
        story.CancelBackfill("one", Rule);
        await Opens(story, "a quality ");
    }

    [Fact]
    public async Task A_page_of_an_older_revision_opens_nothing()
    {
        var story = Older("a");
        story.Backfill("one", Rule);
        story.Declare(Rule, ["base"], Rule, """{"joints":"0..2"}""");
        story.Admit("one", Rule, "a");
        await Opens(story);
    }

    [Fact]
    public async Task Progress_tells_what_came_of_each_page_now_and_as_of_then()
    {
        var story = Older("a", "b", "c", "d");
        story.Register("e", "base", "e", Schemas.Labels);
        story.Backfill("one", Rule, segments: 5);
        story.Admit("one", Rule, "a", "b", "c");
        var before = story.Derive("a", Rule, "error a", backfill: "one");
        story.Skip("b", Rule, SkipReasons.NoData, version: 1, backfill: "one");
        story.Fail("c", Rule);
        story.Admit("one", Rule, "d", "e");
        story.SkipSchema(Rule, story.Layer("e", "base").SchemaSha256, 1, "one");

        using var folded = await Folded.UpToHead(story.Log);
        var now = (await folded.Models.Backfills.FindAsync("one", asOf: null, Cancel))!;
        (now.State, now.Segments, now.Version).ShouldBe((BackfillStates.Running, 5L, 3L));
        now.Progress.ShouldSatisfyAllConditions(
            p => (p.Pages, p.Admitted, p.Open).ShouldBe((2, 5L, 1L)),
            p => (p.Derived, p.Skipped, p.Failed).ShouldBe((1L, 2L, 1L)),
            p => p.LastSegment.ShouldBe("e"));
        var then = (await folded.Models.Backfills.FindAsync("one", before, Cancel))!;
        (then.Progress.Admitted, then.Progress.Derived, then.Progress.Open).ShouldBe((3L, 1L, 2L));
    }

    [Fact]
    public async Task With_its_dataset_a_back_fill_is_over()
    {
        var story = Older("a");
        story.Backfill("one", Rule);
        story.Admit("one", Rule, "a");
        story.Delete();
        using var folded = await Folded.UpToHead(story.Log);
        (await folded.Models.Backfills.RunningAsync(Cancel)).ShouldBeEmpty();
        var row = (await folded.Models.Backfills.FindAsync("one", asOf: null, Cancel))!;
        (row.State, row.Reason).ShouldBe((BackfillStates.Cancelled, "the dataset was deleted"));
    }

    [Fact]
    public async Task A_segment_needs_it_whose_inputs_no_current_revision_and_version_decided_on()
    {
        var story = Older("never", "nothing of a base");
        story.Unregister("nothing of a base", "base");
        foreach (var segment in (string[])["done", "failed", "open", "revision", "skipped", "suppressed", "given"])
        {
            story.Register(segment, "base", segment);
        }

        story.Derive("revision", Rule, "by an older revision");
        story.Derive("done", Rule, "done");
        foreach (var segment in (string[])["failed", "skipped", "suppressed", "given", "open"])
        {
            story.Skip(segment, Rule, SkipReasons.NoData, version: 1);
        }

        story.Register("given", Rule, "by hand", Schemas.Error);
        story.Declare(Rule, ["base"], Rule, """{"joints":"0..2"}""");
        story.Register("open", "base", "open anew");
        story.Suppress("suppressed", Rule);
        (await CandidatesAsync(story)).ShouldBe(
        [
            ("done", BackfillCause.OtherRevision), ("failed", BackfillCause.OtherRevision), ("given", BackfillCause.OtherRevision), ("never", BackfillCause.NeverDecided),
            ("revision", BackfillCause.OtherRevision), ("skipped", BackfillCause.OtherRevision),
        ]);

        story.Backfill("one", Rule);
        story.Admit("one", Rule, "done", "failed", "given", "never", "revision", "skipped");
        story.Derive("done", Rule, "done again", backfill: "one");
        story.Derive("revision", Rule, "revision again", version: 2, backfill: "one");
        story.Skip("skipped", Rule, SkipReasons.NoData, version: 1, backfill: "one");
        story.Skip("given", Rule, SkipReasons.Given, backfill: "one");
        story.Fail("failed", Rule);
        (await CandidatesAsync(story)).ShouldBe([("failed", BackfillCause.OtherDeriverVersion), ("revision", BackfillCause.OtherDeriverVersion)], "'never' is open; a failure of the first logs names no version");
        (await CandidatesAsync(story, version: 2)).ShouldBe([("done", BackfillCause.OtherDeriverVersion), ("failed", BackfillCause.OtherDeriverVersion), ("skipped", BackfillCause.OtherDeriverVersion)]);
        (await CandidatesAsync(story, force: true)).ShouldBe(
            [("done", BackfillCause.Asked), ("failed", BackfillCause.OtherDeriverVersion), ("revision", BackfillCause.OtherDeriverVersion), ("skipped", BackfillCause.Asked)]);
    }

    [Fact]
    public async Task A_schema_that_was_skipped_needs_it_for_another_version_only()
    {
        var story = HowTo();
        story.Register("a", "base", "one", Schemas.Labels);
        story.SkipSchema(Rule, story.Layer("a", "base").SchemaSha256, version: 1);
        (await CandidatesAsync(story)).ShouldBeEmpty();
        (await CandidatesAsync(story, version: 2)).ShouldBe([("a", BackfillCause.OtherDeriverVersion)]);
    }

    [Fact]
    public async Task Segments_come_in_the_order_of_their_ids_a_bounded_number_at_a_time_and_only_those_that_stood_then()
    {
        var story = new Story(new FakeLog());
        story.Create();
        var last = story.Register([.. Enumerable.Range(0, 1_100).Select(i => story.Make($"s{i:0000}", "base", $"{i}"))]);
        story.HowTo();
        story.Register("zz", "base", "later");
        story.Skip("zz", Rule, SkipReasons.NoData, version: 9);

        using var folded = await Folded.UpToHead(story.Log);
        var (found, looks) = (new List<string>(), 0);
        for (string? after = null; looks == 0 || after is not null; looks++)
        {
            var look = await folded.Models.Backfills.CandidatesAsync(new(story.Dataset, Rule, 1, Forced: false, last, after), Cancel);
            found.AddRange(look.Found.Select(c => c.Segment));
            after = look.LookedAt;
        }

        found.ShouldBe(Enumerable.Range(0, 1_100).Select(i => $"s{i:0000}"));
        looks.ShouldBe(3);
        (await folded.Models.Backfills.CandidatesAsync(new(story.Dataset, Rule, 1, Forced: false, AsOf: null, "s1099"), Cancel)).Found.ShouldBe([new("zz", BackfillCause.OtherDeriverVersion)]);
    }

    [Fact]
    public async Task A_decision_for_a_schema_that_a_back_fill_brought_is_shown_of_segments_older_than_the_rule_too()
    {
        var story = new Story(new FakeLog());
        story.Create();
        story.Register("old", "base", "one", Schemas.Labels);
        story.HowTo();
        story.Backfill("one", Rule);
        story.Admit("one", Rule, "old");
        story.SkipSchema(Rule, story.Layer("old", "base").SchemaSha256, 1, "one");
        using var folded = await Folded.UpToHead(story.Log);
        var row = (await folded.Models.Evaluations.ReadAsync(story.Dataset, "old", asOf: null, Cancel)).ShouldHaveSingleItem();
        (row.Reason, row.Backfill, row.Current).ShouldBe((SkipReasons.SchemaMismatch, "one", true));
    }

    private static Story HowTo()
    {
        var story = new Story(new FakeLog());
        story.Create();
        story.HowTo();
        return story;
    }

    /// <summary>Segments that were there before the rules were.</summary>
    private static Story Older(params string[] segments)
    {
        var story = new Story(new FakeLog());
        story.Create();
        foreach (var segment in segments)
        {
            story.Register(segment, "base", segment + " one");
        }

        story.HowTo();
        return story;
    }

    private static async Task Opens(Story story, params string[] items)
    {
        using var folded = await Folded.UpToHead(story.Log);
        (await folded.Models.Work.OpenAsync(100, 0, null, Cancel)).Select(i => $"{i.Segment} {i.Rule} {i.Backfill}").ShouldBe(items, ignoreOrder: true);
    }

    private static async Task<IReadOnlyList<(string, BackfillCause)>> CandidatesAsync(Story story, int version = 1, bool force = false)
    {
        using var folded = await Folded.UpToHead(story.Log);
        var look = await folded.Models.Backfills.CandidatesAsync(new(story.Dataset, Rule, version, force, AsOf: null, After: null), Cancel);
        look.LookedAt.ShouldBeNull();
        return [.. look.Found.Select(c => (c.Segment, c.Cause))];
    }
}
