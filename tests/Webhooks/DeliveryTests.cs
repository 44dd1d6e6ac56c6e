using System.Net;

namespace Strata.Webhooks.Tests;

public sealed class DeliveryTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_quarantined_is_told_signed_and_in_order_of_position()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var log = await HookedLog.OpenAsync();
        await using var hooks = await log.FollowAsync(null, HookedLog.HookOf(receiver));

        long[] positions = [await log.QuarantineAsync("a.rrd"), await log.QuarantineAsync("b.rrd"), await log.QuarantineAsync("c.rrd")];

        var deliveries = await receiver.NextAsync(3);
        deliveries.ShouldAllBe(d => d.IsSigned && d.Type == WebhookTopics.Quarantine);
        deliveries.Select(d => d.Data.GetProperty("position").GetInt64()).ShouldBe(positions);
        var first = deliveries[0].Data;
        (first.GetProperty("dataset").GetString(), first.GetProperty("reason").GetString(), first.GetProperty("who").GetString()).ShouldBe(("arm", "truncated", "r2"));
        first.GetProperty("storage_url").GetString().ShouldBe("file:///a.rrd");
    }

    [Fact]
    public async Task Only_a_quality_that_is_bad_is_told()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var log = await HookedLog.OpenAsync();
        await using var hooks = await log.FollowAsync(null, HookedLog.HookOf(receiver));

        await log.LayerAsync("good", good: true);
        await log.LayerAsync("unknown", good: null);
        await log.LayerAsync("bad", good: false);

        var told = await receiver.NextAsync();
        (told.Type, told.Data.GetProperty("segment").GetString()).ShouldBe((WebhookTopics.BadQuality, "bad"));
        receiver.IsQuiet.ShouldBeTrue();
    }

    [Fact]
    public async Task A_declared_verdict_that_is_bad_is_told_with_its_reason()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var log = await HookedLog.OpenAsync();
        await using var hooks = await log.FollowAsync(null, HookedLog.HookOf(receiver));

        await log.VerdictAsync("a", "good", true);
        await log.VerdictAsync("b", "review", null);
        await log.VerdictAsync("c", "bad", false);

        var told = await receiver.NextAsync();
        (told.Data.GetProperty("segment").GetString(), told.Data.GetProperty("verdict").GetString(), told.Data.GetProperty("reason").GetString()).ShouldBe(("c", "bad", "why"));
        told.Data.TryGetProperty("tracking_good", out _).ShouldBeFalse();
        receiver.IsQuiet.ShouldBeTrue();
    }

    [Fact]
    public async Task A_hook_hears_of_what_it_asked_for_and_of_nothing_else()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var log = await HookedLog.OpenAsync();
        await using var hooks = await log.FollowAsync(null, HookedLog.HookOf(receiver, "quality", WebhookTopics.BadQuality));

        await log.QuarantineAsync("a.rrd");
        await log.LayerAsync("bad", good: false);

        (await receiver.NextAsync()).Type.ShouldBe(WebhookTopics.BadQuality);
    }

    [Fact]
    public async Task What_is_refused_is_tried_again_with_the_same_id_before_anything_later()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var log = await HookedLog.OpenAsync();
        await using var hooks = await log.FollowAsync(null, HookedLog.HookOf(receiver));
        receiver.Answers.Enqueue(HttpStatusCode.ServiceUnavailable);
        receiver.Answers.Enqueue(HttpStatusCode.InternalServerError);

        await log.QuarantineAsync("a.rrd");
        await log.QuarantineAsync("b.rrd");

        var deliveries = await receiver.NextAsync(4);
        deliveries.Select(d => d.Data.GetProperty("storage_url").GetString()![8..]).ShouldBe(["a.rrd", "a.rrd", "a.rrd", "b.rrd"]);
        deliveries.Take(3).Select(d => d.Id).Distinct().ShouldHaveSingleItem();
        deliveries.ShouldAllBe(d => d.IsSigned);
        log.Said.ShouldContain(s => s.StartsWith("Warning: webhook hook: 127.0.0.1 does not take message quarantine.") && s.Contains("found 503"));
    }

    [Fact]
    public async Task A_receiver_that_is_away_keeps_no_other_hook_waiting()
    {
        await using var away = await Receiver.StartAsync();
        await using var there = await Receiver.StartAsync();
        await using var log = await HookedLog.OpenAsync();
        away.Always = HttpStatusCode.BadGateway;
        await using var hooks = await log.FollowAsync(null, HookedLog.HookOf(away, "away"), HookedLog.HookOf(there, "there"));

        await log.QuarantineAsync("a.rrd");
        await log.QuarantineAsync("b.rrd");

        (await there.NextAsync(2)).Select(d => d.Answer).ShouldAllBe(a => a == HttpStatusCode.NoContent);
        (await away.NextAsync(3)).Select(d => d.Id).Distinct().ShouldHaveSingleItem();
        (await log.StateAsync("away"))!.FailingSinceNs.ShouldNotBeNull();
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var log = await HookedLog.OpenAsync();
        await using var hooks = await log.FollowAsync(null, HookedLog.HookOf(receiver));
        receiver.Answers.Enqueue(HttpStatusCode.Redirect);

        await log.QuarantineAsync("a.rrd");

        (await receiver.NextAsync(2)).Select(d => d.Answer).ShouldBe([HttpStatusCode.Redirect, HttpStatusCode.NoContent]);
        log.Said.ShouldContain(s => s.Contains("expected 2xx, found 302"));
    }
}
