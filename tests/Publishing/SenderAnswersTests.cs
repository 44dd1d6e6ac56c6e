using Strata.Contracts;

namespace Strata.Publishing.Tests;

/// <summary>What the answers that come, or do not, make of what was sent.</summary>
public sealed class SenderAnswersTests : SendingRobot
{
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
