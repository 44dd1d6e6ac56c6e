using System.Threading.Channels;
using Strata.Contracts;

namespace Strata.Publishing.Tests;

/// <summary>What is sent, in which order, and what holds up what.</summary>
public sealed class SenderTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly ManualTime _time = new();
    private readonly FakeUpload _upload = new();
    private readonly FakeBroker _broker = new();
    private readonly NewsChannel _news = new();
    private readonly RobotSpool _spool;
    private bool _needsAnswers;

    public SenderTests() => _spool = _folder.Open(_time);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _spool.Dispose();
        _folder.Dispose();
    }

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
    public async Task An_answer_that_comes_at_once_is_stored_before_anything_else_is_sent()
    {
        var recording = await AddAsync("a.rrd");
        await AddAsync("b.rrd");
        var statesAtSecond = new List<string>();
        _broker.AnswerAtOnce = message =>
        {
            if (message.MessageId != recording.MessageId)
            {
                statesAtSecond.Add(_spool.Find(recording.Id)!.State);
            }

            return new(message.MessageId, message.Robot, message.Dataset, message.Layer, RecordingOutcomes.Accepted, "episode_7", 7, null, null);
        };

        await RunAsync(() => AllAre(SpoolStates.Done));

        statesAtSecond.ShouldBe([SpoolStates.Done]);
        _spool.Find(recording.Id).ShouldNotBeNull().Outcome.ShouldBe(RecordingOutcomes.Accepted);
        _folder.HeldFiles.ShouldBeEmpty();
    }

    [Fact]
    public async Task Where_no_answer_is_heard_it_is_done_when_the_broker_has_it()
    {
        await AddAsync("a.rrd");
        _broker.AnswersRefused = "it may not listen";

        await RunAsync(() => AllAre(SpoolStates.Done));

        _broker.Published.ShouldHaveSingleItem();
        (await _news.NextAsync<AnswersNotHeard>()).Reason.ShouldBe("it may not listen");
    }

    [Fact]
    public async Task Whoever_needs_answers_has_nothing_done_where_none_is_heard_and_asks_again_under_the_same_id()
    {
        var recording = await AddAsync("a.rrd");
        _needsAnswers = true;
        _broker.AnswersRefused = "it may not listen";

        await RunAsync(() => AllAre(SpoolStates.Published));
        await _spool.ReleaseAsync(Token);

        _spool.Find(recording.Id)!.Reason.ShouldBe("it may not listen");
        _folder.HeldFiles.ShouldHaveSingleItem("it may lie in quarantine");
        _broker.AnswersRefused = null;
        _broker.AtPublish = message => _broker.Answered(TestFolder.Answer(recording, RecordingOutcomes.Quarantined, "it is broken"));
        _spool.Retry(recording);
        await RunAsync(() => AllAre(SpoolStates.Done));
        _broker.Published.Select(m => m.MessageId).ShouldBe([recording.MessageId, recording.MessageId]);
        _spool.Find(recording.Id)!.Reason.ShouldBe("it is broken");
    }

    [Fact]
    public async Task Whoever_ends_with_the_last_answer_lets_go_of_the_bytes_first()
    {
        var recording = await AddAsync("a.rrd");

        await RunAsync(() =>
        {
            if (_spool.Find(recording.Id)!.State == SpoolStates.Published)
            {
                // Stored by the thread that hears answers, after the round's last look.
                _spool.Answered(TestFolder.Answer(recording, RecordingOutcomes.Accepted));
            }

            return AllAre(SpoolStates.Done);
        });

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

    [Fact]
    public async Task An_answer_that_could_not_be_stored_is_asked_for_again_after_a_pause()
    {
        var recording = await AddAsync("a.rrd");
        var full = new FullOnce(_spool);
        _broker.AtPublish = _ =>
        {
            Should.Throw<PublishingException>(() => _broker.Answered(TestFolder.Answer(recording, RecordingOutcomes.Accepted)));
            _broker.Lost();
        };
        var running = new SpoolSender(full, _upload, _broker.Connect, TestFolder.Robot, _time, _news, () => AllAre(SpoolStates.Done)).RunAsync(Token);
        (await _news.NextAsync<SendingWaits>()).Reason.ShouldBe("the disk is full");

        _broker.Answered(TestFolder.Answer(recording, RecordingOutcomes.Accepted));

        await running;
    }

    private async Task<SpooledRecording> AddAsync(string name) => (await _spool.AddAsync(TestFolder.New(_folder.WriteFile(name)), Token)).Recording;

    /// <summary>Lets time pass, a little at once so that whoever waits can set its next timer, until the work is done.</summary>
    private async Task PassUntilAsync(Task work, TimeSpan step)
    {
        while (!work.IsCompleted)
        {
            _time.Pass(step);
            await Task.WhenAny(work, Task.Delay(5, Token));
        }

        await work;
    }

    private bool AllAre(string state) => _spool.List(all: true).All(r => r.State == state);

    private Task RunAsync(Func<bool> isEnough) => RunUntilAsync(isEnough, Token);

    private Task RunUntilAsync(Func<bool> isEnough, CancellationToken cancellationToken) =>
        new SpoolSender(_spool, _upload, _broker.Connect, TestFolder.Robot, _time, _news, isEnough) { NeedsAnswers = _needsAnswers }.RunAsync(cancellationToken);

    private sealed class NewsChannel : IProgress<SendingNews>
    {
        private readonly Channel<SendingNews> _all = Channel.CreateUnbounded<SendingNews>();

        public void Report(SendingNews value) => _all.Writer.TryWrite(value);

        public async Task<T> NextAsync<T>()
            where T : SendingNews
        {
            while (true)
            {
                if (await _all.Reader.ReadAsync(Token) is T wanted)
                {
                    return wanted;
                }
            }
        }
    }

    private sealed class FakeUpload : IRecordingUpload
    {
        public List<Sha256Digest> Uploaded { get; } = [];

        public bool DownForUploads { get; set; }

        public Func<Sha256Digest, Exception?> Refuse { get; set; } = _ => null;

        public Task<bool> IsThereAsync(Sha256Digest sha256, long sizeBytes, CancellationToken cancellationToken) => Task.FromResult(Uploaded.Contains(sha256));

        public Task UploadAsync(string file, Sha256Digest sha256, long sizeBytes, Action<long> sent, CancellationToken cancellationToken)
        {
            if ((DownForUploads ? new LinkDownException("the server is down") : Refuse(sha256)) is { } failure)
            {
                throw failure;
            }

            Uploaded.Add(sha256);
            return Task.CompletedTask;
        }
    }

    private sealed class FakeBroker : IRobotLink
    {
        public Action<RecordingAnswered> Answered { get; private set; } = _ => { };

        public Action Lost { get; private set; } = () => { };

        public List<RecordingPublished> Published { get; } = [];

        public Channel<RobotHeartbeat> Beats { get; } = Channel.CreateUnbounded<RobotHeartbeat>();

        public string? AnswersRefused { get; set; }

        public bool IsConnected { get; private set; }

        public bool Down { get; set; }

        public int LosesConfirmations { get; set; }

        public Action<RecordingPublished> AtPublish { get; set; } = _ => { };

        public FakeBroker Connect(Action<RecordingAnswered> answered, Action lost)
        {
            (Answered, Lost) = (answered, lost);
            return this;
        }

        public Task<bool> ConnectAsync(CancellationToken cancellationToken)
        {
            if (Down)
            {
                throw new LinkDownException("the broker is down");
            }

            var isNew = !IsConnected;
            IsConnected = true;
            return Task.FromResult(isNew);
        }

        /// <summary>Given at once, as a server over HTTP does.</summary>
        public Func<RecordingPublished, RecordingAnswered?> AnswerAtOnce { get; set; } = _ => null;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        public Task<RecordingAnswered?> PublishAsync(RecordingPublished message, CancellationToken cancellationToken)
        {
            Published.Add(message);
            if (LosesConfirmations-- > 0)
            {
                throw new LinkDownException("the connection broke");
            }

            AtPublish(message);
            return Task.FromResult(AnswerAtOnce(message));
        }

        public Task BeatAsync(RobotHeartbeat heartbeat, CancellationToken cancellationToken) => Beats.Writer.WriteAsync(heartbeat, cancellationToken).AsTask();
    }

    /// <summary>A disk without room for the first answer.</summary>
    private sealed class FullOnce(ISpool spool) : ISpool
    {
        private bool _wasFull;

        public long Retries => spool.Retries;

        public long ForeignChanges => spool.ForeignChanges;

        public Task<SpoolAddition> AddAsync(NewRecording recording, CancellationToken cancellationToken) => spool.AddAsync(recording, cancellationToken);

        public SpooledRecording? NextToSend(string robot, long afterId) => spool.NextToSend(robot, afterId);

        public SpoolBacklog Backlog(string robot) => spool.Backlog(robot);

        public void Uploaded(long id) => spool.Uploaded(id);

        public void NotUploaded(long id) => spool.NotUploaded(id);

        public void Published(long id, bool isAnswered) => spool.Published(id, isAnswered);

        public SpooledRecording? Answered(RecordingAnswered answer)
        {
            if (!_wasFull)
            {
                _wasFull = true;
                throw new PublishingException("the disk is full", "free room");
            }

            return spool.Answered(answer);
        }

        public void Failed(long id, string reason, bool needsPerson) => spool.Failed(id, reason, needsPerson);

        public Task ReleaseAsync(CancellationToken cancellationToken) => spool.ReleaseAsync(cancellationToken);
    }
}
