using System.Net;

namespace Strata.Webhooks.Tests;

public sealed class CheckpointTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_new_hook_begins_at_the_end_of_the_log()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var log = await HookedLog.OpenAsync();
        await log.QuarantineAsync("long-ago.rrd");
        await using var hooks = await log.FollowAsync(null, HookedLog.HookOf(receiver));

        var position = await log.QuarantineAsync("now.rrd");

        (await receiver.NextAsync()).Data.GetProperty("position").GetInt64().ShouldBe(position);
    }

    [Fact]
    public async Task A_restart_goes_on_where_it_was_and_tells_nothing_twice()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var log = await HookedLog.OpenAsync();
        await using (await log.FollowAsync(null, HookedLog.HookOf(receiver)))
        {
            var position = await log.QuarantineAsync("a.rrd");
            await receiver.NextAsync();
            await UntilAsync(log, s => s.Delivered == 1 && s.Position >= position);
        }

        await log.QuarantineAsync("while-it-was-away.rrd");
        await using var again = await log.FollowAsync(null, HookedLog.HookOf(receiver));

        (await receiver.NextAsync()).Data.GetProperty("storage_url").GetString().ShouldEndWith("while-it-was-away.rrd");
    }

    [Fact]
    public async Task What_was_not_taken_before_a_stop_is_told_after_it_with_the_same_id()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var log = await HookedLog.OpenAsync();
        receiver.Always = HttpStatusCode.ServiceUnavailable;
        string id;
        await using (await log.FollowAsync(null, HookedLog.HookOf(receiver)))
        {
            await log.QuarantineAsync("a.rrd");
            id = (await receiver.NextAsync()).Id;
        }

        receiver.Always = null;
        await using var again = await log.FollowAsync(null, HookedLog.HookOf(receiver));
        var delivered = await receiver.NextAsync();
        while (delivered.Answer != HttpStatusCode.NoContent)
        {
            delivered = await receiver.NextAsync();
        }

        delivered.Id.ShouldBe(id);
    }

    [Fact]
    public async Task A_message_that_nobody_takes_for_too_long_is_given_up_and_said_so_and_the_next_one_is_told()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var log = await HookedLog.OpenAsync();
        receiver.Always = HttpStatusCode.ServiceUnavailable;
        await using var hooks = await log.FollowAsync(null, HookedLog.HookOf(receiver) with { GiveUpAfter = TimeSpan.FromMinutes(10) });

        await log.QuarantineAsync("a.rrd");
        await UntilAsync(log, s => s.GivenUp == 1);
        receiver.Always = null;
        await log.QuarantineAsync("b.rrd");
        await UntilAsync(log, s => s is { GivenUp: 1, Delivered: 1 });

        log.Said.ShouldContain(s => s.StartsWith("Error: webhook hook: message quarantine.") && s.Contains("is given up after 00:10:00: expected 2xx, found 503"));
        (await log.StateAsync())!.FailingSinceNs.ShouldBeNull();
    }

    [Fact]
    public async Task A_receiver_that_says_gone_is_not_asked_again()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var log = await HookedLog.OpenAsync();
        receiver.Answers.Enqueue(HttpStatusCode.Gone);
        await using var hooks = await log.FollowAsync(null, HookedLog.HookOf(receiver));

        await log.QuarantineAsync("a.rrd");
        await log.QuarantineAsync("b.rrd");

        (await receiver.NextAsync(2)).Select(d => d.Data.GetProperty("storage_url").GetString()![8..]).ShouldBe(["a.rrd", "b.rrd"]);
        log.Said.ShouldContain(s => s.StartsWith("Error: webhook hook: message quarantine.") && s.EndsWith("is given up at once: expected 2xx, found 410 Gone"));
        log.Said.ShouldNotContain(s => s.Contains("trying again"));
    }

    [Fact]
    public async Task A_state_that_cannot_be_read_stops_its_hook_with_words_and_is_left_alone()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var log = await HookedLog.OpenAsync();
        var lease = (await log.States.AcquireAsync("webhooks/hook", "a process", TimeSpan.FromMinutes(1), Cancel))!;
        await log.States.WriteStateAsync(lease, "{", Cancel);

        var refused = await Should.ThrowAsync<InvalidDataException>(log.StateAsync());

        refused.Message.ShouldContain("'webhooks/hook'");
        refused.Message.ShouldContain("give it another name");
        (await log.States.ReadStateAsync("webhooks/hook", Cancel)).ShouldBe("{");
    }

    [Fact]
    public async Task Of_two_processes_one_tells_a_hook_and_the_other_takes_over_where_it_was()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var log = await HookedLog.OpenAsync();
        await using var second = await RunningAndStandingByAsync(log, receiver, async () =>
        {
            await log.QuarantineAsync("a.rrd");
            await receiver.NextAsync();
            await UntilAsync(log, s => s.Delivered == 1);
        });

        await log.QuarantineAsync("b.rrd");

        (await receiver.NextAsync()).Data.GetProperty("storage_url").GetString().ShouldEndWith("b.rrd");
        await UntilAsync(log, s => s.Delivered == 2);
    }

    /// <returns>The process that stood by, when the other one has stopped.</returns>
    private static async Task<RunningHooks> RunningAndStandingByAsync(HookedLog log, Receiver receiver, Func<Task> meanwhile)
    {
        await using var first = await log.FollowAsync("the first", null, HookedLog.HookOf(receiver));
        var second = await log.FollowAsync("the second", null, HookedLog.HookOf(receiver));
        await meanwhile();
        receiver.IsQuiet.ShouldBeTrue();
        return second;
    }

    private static async Task UntilAsync(HookedLog log, Func<WebhookState, bool> reached)
    {
        while (await log.StateAsync() is not { } state || !reached(state))
        {
            await Task.Delay(1, Cancel);
        }
    }
}
