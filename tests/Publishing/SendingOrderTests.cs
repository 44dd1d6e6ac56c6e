using Strata.Contracts;

namespace Strata.Publishing.Tests;

/// <summary>What is sent, in which order, and what holds up what.</summary>
public sealed class SendingOrderTests : SendingRobot
{
    [Fact]
    public async Task A_recording_is_uploaded_then_published_then_answered_and_let_go_of()
    {
        var recording = await AddAsync("a.rrd");
        _broker.AtPublish = message => _broker.Answered(TestFolder.Answer(recording, RecordingOutcomes.Accepted));

        await RunAsync(() => AllAre(SpoolStates.Done));

        _upload.Uploaded.ShouldBe([recording.Sha256!.Value]);
        var message = _broker.Published.ShouldHaveSingleItem();
        message.ShouldBe(recording.ToMessage());
        (message.Upload, message.SizeBytes, message.StorageUrl).ShouldBe((recording.Sha256, 10_000, null));
        _spool.Find(recording.Id).ShouldNotBeNull().AnsweredSegment.ShouldBe("episode_7");
        _folder.HeldFiles.ShouldBeEmpty();
    }

    [Fact]
    public async Task One_that_is_refused_holds_back_no_other()
    {
        var large = await AddAsync("a.rrd");
        await AddAsync("b.rrd");
        _upload.Refuse = hash => hash == large.Sha256 ? new RecordingRefusedException("too large", needsPerson: true) : null;

        await RunAsync(() => _broker.Published.Count == 1 && _spool.Find(large.Id)!.NeedsPerson);

        _spool.Find(large.Id)!.Reason.ShouldBe("too large");
        _spool.ToSend(TestFolder.Robot).ShouldBeEmpty("it waits for a person and is not tried by itself");
    }

    [Fact]
    public async Task A_dead_broker_does_not_keep_files_from_the_server_nor_a_dead_server_uploaded_ones_from_the_broker()
    {
        var (first, second) = (await AddAsync("a.rrd"), await AddAsync("b.rrd"));
        _broker.Down = true;
        await RunAsync(() => AllAre(SpoolStates.Uploaded));
        _broker.Published.ShouldBeEmpty();
        _spool.Find(first.Id)!.Reason.ShouldBe("the broker is down");

        var third = await AddAsync("c.rrd");
        _broker.Down = false;
        _upload.DownForUploads = true;
        await RunAsync(() => _broker.Published.Count == 2);

        _broker.Published.Select(m => m.MessageId).ShouldBe([first.MessageId, second.MessageId]);
        _spool.Find(third.Id)!.Reason.ShouldBe("the server is down");
    }

    [Fact]
    public async Task Before_it_publishes_late_it_looks_whether_the_upload_is_still_there()
    {
        var recording = await AddAsync("a.rrd");
        _broker.Down = true;
        await RunAsync(() => AllAre(SpoolStates.Uploaded));
        _upload.Uploaded.Clear();
        _broker.Down = false;

        await RunAsync(() => AllAre(SpoolStates.Published));

        _upload.Uploaded.ShouldBe([recording.Sha256!.Value], "it was collected, and is sent again");
    }

    [Fact]
    public async Task A_storage_url_is_published_without_an_upload()
    {
        await _spool.AddAsync(new NewRecording(TestFolder.Robot, TestFolder.Dataset, "base", null, "s3://bucket/a.rrd"), Token);

        await RunAsync(() => AllAre(SpoolStates.Published));

        _upload.Uploaded.ShouldBeEmpty();
        var message = _broker.Published.ShouldHaveSingleItem();
        (message.StorageUrl, message.Upload).ShouldBe(("s3://bucket/a.rrd", null));
    }

    [Fact]
    public async Task A_message_that_was_not_confirmed_is_sent_again_as_the_same_message()
    {
        var recording = await AddAsync("a.rrd");
        _broker.LosesConfirmations = 2;
        var running = RunAsync(() => AllAre(SpoolStates.Published));
        await PassUntilAsync(running, TimeSpan.FromSeconds(1));

        _broker.Published.Select(m => m.MessageId).ShouldBe([recording.MessageId, recording.MessageId, recording.MessageId]);
    }

    [Fact]
    public async Task What_another_process_spools_or_asks_for_is_noticed()
    {
        _broker.Down = true;
        var recording = await AddAsync("a.rrd");
        var running = RunAsync(() => AllAre(SpoolStates.Published));
        while (true)
        {
            var waits = _news.NextAsync<SendingWaits>();
            await PassUntilAsync(waits, TimeSpan.FromSeconds(5));
            if ((await waits).Pause > TimeSpan.FromMinutes(1))
            {
                break;
            }
        }

        using (var other = _folder.Open())
        {
            other.Retry(recording).ShouldBeTrue();
        }

        _broker.Down = false;
        var before = _time.Passed;
        await PassUntilAsync(running, TimeSpan.FromMilliseconds(100));

        (_time.Passed - before).ShouldBeLessThan(TimeSpan.FromSeconds(30), "the pause that it was in is longer");
    }
}
