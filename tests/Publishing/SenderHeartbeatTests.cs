using Strata.Contracts;

namespace Strata.Publishing.Tests;

/// <summary>What the fleet hears of a robot that sends.</summary>
public sealed class SenderHeartbeatTests : SendingRobot
{
    [Fact]
    public async Task The_fleet_hears_every_thirty_seconds_that_the_robot_is_there_and_what_waits()
    {
        var recording = await AddAsync("a.rrd");
        _upload.Refuse = _ => new RecordingRefusedException("too large", needsPerson: true);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var running = RunUntilAsync(() => false, stop.Token);

        var first = await _broker.Beats.Reader.ReadAsync(Token);
        (first.Robot, first.Spooled, first.SpooledBytes, first.OldestSpooledAtNs).ShouldBe((TestFolder.Robot, 1, 10_000, recording.SpooledAtNs));
        await _news.NextAsync<RecordingHeldBack>();
        _time.Pass(SpoolSender.BeatEvery);
        (await _broker.Beats.Reader.ReadAsync(Token)).SentAtNs.ShouldBe(first.SentAtNs + 30_000_000_000);

        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(running);
    }

    [Fact]
    public async Task The_last_that_the_fleet_hears_of_a_sender_that_is_done_is_that_nothing_waits_any_more()
    {
        var recording = await AddAsync("a.rrd");
        _broker.AtPublish = _ => _broker.Answered(TestFolder.Answer(recording, RecordingOutcomes.Accepted));

        await RunAsync(() => AllAre(SpoolStates.Done));

        _broker.Beats.Writer.Complete();
        (await _broker.Beats.Reader.ReadAllAsync(Token).Select(b => b.Spooled).ToListAsync(Token)).ShouldBe([1, 0]);
    }
}
