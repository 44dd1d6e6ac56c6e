using Strata.Conformance;

namespace Strata.EventStore.Tests.Broken;

/// <summary>The conformance suite itself is tested: over an adapter that breaks one promise, the fact about that promise fails.</summary>
public sealed class TheSuiteCatches
{
    [Fact]
    public Task A_skipped_event() =>
        FailsAsync(good => new SkipsAnEvent(good), b => new BrokenReadingSuite(b).Pages_of_every_size_hold_each_event_once_in_order());

    [Fact]
    public Task An_event_skipped_before_the_eyes_of_a_follower() =>
        FailsAsync(good => new SkipsAnEvent(good), b => new BrokenOrderSuite(b).A_reader_behind_eight_writers_sees_every_position_once_and_in_order());

    [Fact]
    public Task A_doubled_event() =>
        FailsAsync(good => new DoublesAnEvent(good), b => new BrokenReadingSuite(b).Pages_of_every_size_hold_each_event_once_in_order());

    [Fact]
    public Task An_event_doubled_before_the_eyes_of_a_follower() =>
        FailsAsync(good => new DoublesAnEvent(good), b => new BrokenOrderSuite(b).A_reader_behind_eight_writers_sees_every_position_once_and_in_order());

    [Fact]
    public Task Two_events_in_the_wrong_order() =>
        FailsAsync(good => new ShowsTheLastTwoInTheWrongOrder(good), b => new BrokenOrderSuite(b).A_reader_behind_eight_writers_sees_every_position_once_and_in_order());

    [Fact]
    public Task A_torn_append() =>
        FailsAsync(good => new TearsAppends(good), b => new BrokenOrderSuite(b).The_events_of_an_append_appear_all_or_not_at_all());

    [Fact]
    public Task A_store_that_never_wakes_who_waits() =>
        FailsAsync(good => new NeverWakes(good), b => new BrokenReadingSuite(b).Who_waits_for_events_is_woken_by_an_append());

    [Fact]
    public Task Times_that_fall() =>
        FailsAsync((good, clock) => new LetsTimesFall(good, clock), b => new BrokenTimesSuite(b).Times_rise_strictly_while_the_clock_stands_still_or_goes_backwards());

    [Fact]
    public Task Event_ids_that_change() =>
        FailsAsync(good => new ForgetsEventIds(good), b => new BrokenReadingSuite(b).An_event_comes_back_with_its_envelope_also_after_reopening());

    [Fact]
    public Task Streams_in_another_order_than_asked_for() =>
        FailsAsync(good => new SortsStreams(good), b => new BrokenReadingSuite(b).Streams_are_read_whole_in_the_order_asked_for());

    [Fact]
    public Task A_cut_blob() =>
        FailsAsync(good => new CutsBlobs(good), b => new BrokenBlobsSuite(b).Blobs_come_back_by_their_hash_also_after_reopening());

    [Fact]
    public Task Expected_versions_that_are_ignored() =>
        FailsAsync(good => new IgnoresExpectedVersions(good), b => new BrokenAppendingSuite(b).An_append_with_a_wrong_expected_version_is_a_conflict_that_names_both_versions());

    [Fact]
    public Task Command_ids_that_are_ignored() =>
        FailsAsync(good => new IgnoresCommandIds(good), b => new BrokenAppendingSuite(b).The_same_command_again_gets_the_same_positions_and_no_event());

    [Fact]
    public Task Command_ids_that_are_forgotten_over_a_restart() =>
        FailsAsync(good => new ForgetsCommandIdsOverARestart(good), b => new BrokenAppendingSuite(b).The_same_command_after_reopening_gets_the_same_positions_and_no_event());

    [Fact]
    public async Task Guards_that_let_everything_pass()
    {
        await FailsAsync(good => new LetsGuardsPass(good), b => new BrokenGuardsSuite(b).Require_wants_a_row_and_its_value_when_one_is_named());
        await FailsAsync(good => new LetsGuardsPass(good), b => new BrokenGuardsSuite(b).RequireEmpty_wants_no_row_in_its_scope());
        await FailsAsync(good => new LetsGuardsPass(good), b => new BrokenGuardsSuite(b).Claim_takes_a_free_row_keeps_its_own_and_is_refused_by_another_value());
        await FailsAsync(good => new LetsGuardsPass(good), b => new BrokenGuardsSuite(b).Swap_writes_only_over_what_it_expects());
        await FailsAsync(good => new LetsGuardsPass(good), b => new BrokenGuardsSuite(b).RequireState_wants_the_very_words_that_the_holder_of_a_lease_wrote_down());
        await FailsAsync(good => new LetsGuardsPass(good), b => new BrokenGuardsSuite(b).Of_eight_that_claim_one_name_at_once_one_gets_it());
    }

    [Fact]
    public Task Guards_that_are_applied_backwards() =>
        FailsAsync(good => new AppliesGuardsBackwards(good), b => new BrokenGuardsSuite(b).A_later_guard_of_an_append_sees_what_an_earlier_one_did());

    [Fact]
    public Task Blobs_that_a_refused_append_leaves_behind() =>
        FailsAsync(good => new LeavesBlobsBehind(good), b => new BrokenRefusalSuite(b).An_append_refused_by_its_last_stream_changes_nothing());

    [Fact]
    public Task Guards_that_a_refused_append_leaves_behind() =>
        FailsAsync(good => new LeavesGuardsBehind(good), b => new BrokenRefusalSuite(b).An_append_refused_by_its_last_guard_changes_nothing());

    [Fact]
    public Task Events_that_a_refused_append_leaves_behind() =>
        FailsAsync(good => new AppendsHalf(good), b => new BrokenRefusalSuite(b).An_append_refused_by_its_last_stream_changes_nothing());

    [Fact]
    public Task Claims_that_everybody_gets() =>
        FailsAsync(good => new ClaimsForEveryone(good), b => new BrokenWorkClaimsSuite(b).A_claimed_item_is_nobody_elses_until_its_lease_ends());

    [Fact]
    public async Task Claims_that_are_not_fenced()
    {
        await FailsAsync(good => new RenewsLostClaims(good), b => new BrokenWorkClaimsSuite(b).Renewing_keeps_a_claim_and_tells_which_ones_were_lost());
        await FailsAsync(good => new ReturnsLostClaims(good), b => new BrokenWorkClaimsSuite(b).A_lost_claim_changes_nothing());
    }

    [Fact]
    public Task Settled_work_that_is_given_out_again() =>
        FailsAsync(good => new SettlesNothing(good), b => new BrokenWorkClaimsSuite(b).A_settled_item_is_never_claimed_again());

    [Fact]
    public Task Claims_of_the_dead_that_stay_held() =>
        FailsAsync(good => new FreesNothing(good), b => new BrokenWorkClaimsSuite(b).Claims_that_are_freed_are_free_at_once_with_their_attempts_counted());

    [Fact]
    public Task Attempts_that_a_crash_does_not_count() =>
        FailsAsync(good => new CountsAttemptsTooLate(good), b => new BrokenWorkClaimsSuite(b).The_attempt_is_counted_before_the_work_so_that_a_crash_counts());

    [Fact]
    public Task Attempts_that_count_although_nobody_began_them() =>
        FailsAsync(good => new CountsWhatWasNotBegun(good), b => new BrokenWorkClaimsSuite(b).Of_what_was_claimed_together_only_what_was_begun_counts());

    [Fact]
    public Task Claims_that_are_forgotten_while_somebody_may_want_them() =>
        FailsAsync(good => new ForgetsWhatIsHeld(good), b => new BrokenWorkClaimsSuite(b).What_nobody_holds_and_nothing_waits_for_is_idle_after_a_while_and_can_be_forgotten());

    [Fact]
    public async Task Leases_that_are_not_fenced()
    {
        await FailsAsync(good => new RenewsLostLeases(good), b => new BrokenLeasesSuite(b).A_renewed_lease_is_kept_and_a_lost_one_says_so());
        await FailsAsync(good => new ReleasesLostLeases(good), b => new BrokenLeasesSuite(b).A_lost_lease_releases_nothing());
    }

    [Fact]
    public Task Lease_tokens_that_do_not_rise() =>
        FailsAsync(good => new GivesEveryLeaseOneToken(good), b => new BrokenLeasesSuite(b).Tokens_rise_with_each_holder_also_over_release_and_restart());

    [Fact]
    public Task A_lease_with_two_owners() =>
        FailsAsync(good => new GivesALeaseToEveryone(good), b => new BrokenLeasesSuite(b).A_lease_has_one_owner_until_it_runs_out());

    [Fact]
    public Task Positions_that_a_lost_lease_moves() =>
        FailsAsync(
            new Breakage { Positions = good => new MovesWithoutALease(good) },
            b => new BrokenLeasedPositionsSuite(b).Who_lost_the_lease_moves_nothing_and_hears_it());

    [Fact]
    public async Task Heartbeats_of_which_the_last_and_not_the_newest_is_kept()
    {
        var breakage = new Breakage { Heartbeats = good => new KeepsTheLastHeartbeat(good) };
        await FailsAsync(breakage, b => new BrokenHeartbeatsSuite(b).A_heartbeat_that_comes_again_or_late_changes_nothing(999));
    }

    private static Task FailsAsync(Func<IEventStore, IEventStore> broken, Func<Breakage, Task> fact) => FailsAsync((good, _) => broken(good), fact);

    private static Task FailsAsync(Func<IEventStore, SettableClock, IEventStore> broken, Func<Breakage, Task> fact) => FailsAsync(new Breakage { Events = broken }, fact);

    private static Task FailsAsync(Func<IWorkClaims, IWorkClaims> broken, Func<Breakage, Task> fact) => FailsAsync(new Breakage { Claims = broken }, fact);

    private static Task FailsAsync(Func<ILeases, ILeases> broken, Func<Breakage, Task> fact) => FailsAsync(new Breakage { Leases = broken }, fact);

    /// <summary>By an assertion of the suite (or by its patience), and not by some other mishap.</summary>
    private static async Task FailsAsync(Breakage breakage, Func<Breakage, Task> fact)
    {
        var failure = await Record.ExceptionAsync(() => fact(breakage));
        (failure is ShouldAssertException or TimeoutException).ShouldBeTrue($"expected a failed assertion, found {failure?.ToString() ?? "a fact that passes"}");
    }
}
