namespace Strata.Publishing.Tests;

/// <summary>Pauses between tries: they grow, differ, end, and never become a busy loop.</summary>
public sealed class BackOffTests
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    private readonly ManualTime _time = new();
    private readonly List<TimeSpan> _pauses = [];
    private int _rounds;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Three_days_without_a_network_are_tried_through_without_a_busy_loop_whatever_the_clock_does()
    {
        var isBack = false;
        var running = Create().RunAsync(
            _ =>
            {
                _rounds++;
                return isBack ? Task.CompletedTask : throw HeldUp(isLink: true);
            },
            Token);
        while (_time.Passed < TimeSpan.FromDays(3))
        {
            await _time.PassToNextAsync();
            _time.SetWallClock(TimeSpan.FromDays(_rounds % 2 == 0 ? -700 : 650));
        }

        isBack = true;
        await _time.PassToNextAsync();
        await running;

        _pauses.ShouldAllBe(pause => pause > TimeSpan.Zero && pause <= Longest);
        _pauses[0].ShouldBeLessThan(TimeSpan.FromSeconds(5));
        _rounds.ShouldBeInRange(3 * 24 * 30, 3 * 24 * 90);
        _pauses.Take(6).Distinct().Count().ShouldBeGreaterThan(3, "jitter");
    }

    [Fact]
    public async Task Whatever_gets_something_through_is_tried_again_without_a_pause()
    {
        await Create().RunAsync(_ => throw HeldUp(isLink: true, afterProgress: true), Token);

        _pauses.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_person_ends_any_pause_and_a_new_recording_only_one_that_a_single_recording_gave_rise_to()
    {
        foreach (var isLink in new[] { true, false })
        {
            var pausing = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var backOff = new BackOff(_time, () => false, (_, _) => pausing.TrySetResult());
            var running = backOff.RunAsync(_ => throw HeldUp(isLink), Token);
            await pausing.Task;

            backOff.Hurry();
            if (isLink)
            {
                // Time stands still: what was not ended by then never ends by itself.
                await Task.WhenAny(running, Task.Delay(TimeSpan.FromMilliseconds(50), Token));
                running.IsCompleted.ShouldBeFalse();
                backOff.HurryAnyway();
            }

            await running;
        }
    }

    [Fact]
    public async Task Whoever_asks_while_a_round_runs_does_not_wait_for_its_pause()
    {
        BackOff backOff = null!;
        backOff = Create();

        await backOff.RunAsync(
            _ =>
            {
                backOff.HurryAnyway();
                throw HeldUp(isLink: true);
            },
            Token);

        _time.Passed.ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public async Task When_it_is_enough_nothing_is_tried_again()
    {
        var backOff = new BackOff(_time, () => true, (_, pause) => _pauses.Add(pause));

        await backOff.RunAsync(_ => throw HeldUp(isLink: true), Token);

        _pauses.ShouldBeEmpty();
    }

    private BackOff Create() => new(_time, () => false, (_, pause) => _pauses.Add(pause));

    private static HeldUpException HeldUp(bool isLink, bool afterProgress = false) => new("closed", isLink, afterProgress, null);
}
