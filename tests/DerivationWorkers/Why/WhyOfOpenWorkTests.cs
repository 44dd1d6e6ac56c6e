namespace Strata.DerivationWorkers.Tests;

/// <summary>What is told of work that is not done yet.</summary>
public sealed class WhyOfOpenWorkTests : ToldSegment
{
    [Fact]
    public void Open_work_that_was_postponed_says_when_it_is_due_and_why_it_waits()
    {
        Declare();
        var item = Open(Give("base"));
        _attempts[ClaimKeys.Of(item)] = new(ClaimKeys.Of(item), 2, null, 0, 130 * SecondNs, "storage_full: No space left on device [attempt 2]");

        var row = Tell("tracking_error").Rows.ShouldHaveSingleItem();

        row.Outcome.ShouldBe(WhyOutcomes.Pending);
        row.Sentence.ShouldContain("attempt 3 is due at 1970-01-01 00:02:10.000Z; the last one ended with storage_full: No space left on device");
    }

    [Fact]
    public void Open_work_that_runs_says_where()
    {
        Declare();
        var item = Open(Give("base"));
        _attempts[ClaimKeys.Of(item)] = new(ClaimKeys.Of(item), 1, "host:17", 160 * SecondNs, 0, null);

        Tell("tracking_error").Sentences[0].ShouldContain("attempt 1 is under way at host:17");
    }

    [Theory]
    [InlineData(0, null, "attempt 1 waits for its turn at host:17")]
    [InlineData(1, "transient: busy [attempt 1]", "attempt 2 waits for its turn at host:17")]
    [InlineData(2, "transient: busy [attempt 1]", "attempt 2 is under way at host:17")]
    public void Open_work_that_a_worker_holds_says_whether_it_has_begun(int begun, string? lastReason, string words)
    {
        Declare();
        var item = Open(Give("base"));
        _attempts[ClaimKeys.Of(item)] = new(ClaimKeys.Of(item), begun, "host:17", 160 * SecondNs, 0, lastReason);

        Tell("tracking_error").Sentences[0].ShouldContain(words);
    }

    [Fact]
    public void Open_work_that_nobody_took_says_where_workers_run()
    {
        Declare();
        Open(Give("base"));

        Tell("tracking_error").Sentences[0].ShouldContain("no worker has taken it yet; one runs in `strata serve`");
    }
}
