using Strata.Contracts;

namespace Strata.Publishing;

/// <summary>Sends what a robot's spool holds, listens to answers, and lets the fleet know that the robot is there. One at a time for a robot.</summary>
public sealed class SpoolSender
{
    public static readonly TimeSpan BeatEvery = TimeSpan.FromSeconds(30);

    /// <summary>How soon it is noticed that another process spooled something, or asked to try again.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    private readonly ISpool _spool;
    private readonly IRecordingUpload _upload;
    private readonly IRobotLink _link;
    private readonly string _robot;
    private readonly TimeProvider _time;
    private readonly IProgress<SendingNews> _news;
    private readonly Func<bool> _isEnough;
    private readonly BackOff _backOff;
    private readonly Signal _signal = new();
    private string? _unstoredAnswer;
    private bool _hasIdleConnection;
    private bool _mayRelease = true;

    /// <param name="connect">Makes the way to the broker or the server, given whom to tell of answers, and of a connection that ended.</param>
    /// <param name="isEnough">Asked after each round and answer: whether whoever started it needs no more.</param>
    public SpoolSender(
        ISpool spool,
        IRecordingUpload upload,
        Func<Action<RecordingAnswered>, Action, IRobotLink> connect,
        string robot,
        TimeProvider time,
        IProgress<SendingNews> news,
        Func<bool> isEnough)
    {
        ArgumentNullException.ThrowIfNull(connect);
        (_spool, _upload, _robot, _time, _news, _isEnough) = (spool, upload, robot, time, news, isEnough);
        _link = connect(Answered, _signal.Set);
        _backOff = new BackOff(time, isEnough, (reason, pause) => news.Report(new SendingWaits(reason, pause)));
    }

    /// <summary>Whoever started it waits for answers: where the broker does not let this robot hear them, what it confirmed stays published. Else that is done.</summary>
    public bool NeedsAnswers { get; init; }

    /// <summary>There is something new in the spool.</summary>
    public void Wake()
    {
        _signal.Set();
        _backOff.Hurry();
    }

    /// <summary>Whatever it waits for, it tries now.</summary>
    public void TryNow()
    {
        _signal.Set();
        _backOff.HurryAnyway();
    }

    /// <summary>Lets the fleet know what waits, now and not only when it is time again.</summary>
    public async Task BeatAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (_link.IsConnected)
            {
                await _link.BeatAsync(Heartbeat(), cancellationToken).ConfigureAwait(false);
                _hasIdleConnection = false;
            }
        }
        catch (Exception e) when (e is LinkDownException or PublishingException)
        {
            // The next round meets the same and tells of it.
            _signal.Set();
        }
    }

    /// <summary>Returns when it is enough; else runs until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var beside = Task.WhenAll(EndingQuietlyAsync(KeepBeatingAsync, ending.Token), EndingQuietlyAsync(NoticeOthersAsync, ending.Token));
        try
        {
            while (true)
            {
                _signal.Reset();
                await _backOff.RunAsync(RoundAsync, cancellationToken).ConfigureAwait(false);
                cancellationToken.ThrowIfCancellationRequested();
                if (_isEnough())
                {
                    await LetGoAsync(cancellationToken).ConfigureAwait(false);

                    // Nobody may send for this robot for days: what the fleet last heard must not be what waited before.
                    await BeatAsync(cancellationToken).ConfigureAwait(false);
                    return;
                }

                if (_spool.NextToSend(_robot, afterId: 0) is null)
                {
                    await _signal.WaitAsync(cancellationToken).ConfigureAwait(false);
                }
            }
        }
        finally
        {
            await ending.CancelAsync().ConfigureAwait(false);
            await beside.ConfigureAwait(false);
        }
    }

    private async Task RoundAsync(CancellationToken cancellationToken)
    {
        try
        {
            await ReleaseAsync(cancellationToken).ConfigureAwait(false);
            if (Interlocked.Exchange(ref _unstoredAnswer, null) is { } unstored)
            {
                throw new HeldUpException(unstored, isLink: true, afterProgress: false, null);
            }

            var linkDown = await ConnectAsync(cancellationToken).ConfigureAwait(false);
            var round = new SpoolRound(_spool, _upload, _link, _robot, Answered, _news, NeedsAnswers);
            try
            {
                await round.RunAsync(linkDown, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                _hasIdleConnection &= !round.Progressed;
            }

            await ReleaseAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (PublishingException e)
        {
            throw new HeldUpException(e.Message, isLink: true, afterProgress: false, e);
        }
    }

    /// <returns>Why there is no connection; null when there is one.</returns>
    private async Task<LinkDownException?> ConnectAsync(CancellationToken cancellationToken)
    {
        if (!_link.IsConnected && _hasIdleConnection)
        {
            // It ended before anything went over it: made anew at once, that could go on without a pause for ever.
            _hasIdleConnection = false;
            throw new HeldUpException("the connection ended", isLink: true, afterProgress: false, null);
        }

        try
        {
            if (await _link.ConnectAsync(cancellationToken).ConfigureAwait(false))
            {
                _hasIdleConnection = true;
                if (_link.AnswersRefused is { } refused)
                {
                    _news.Report(new AnswersNotHeard(refused));
                }

                await _link.BeatAsync(Heartbeat(), cancellationToken).ConfigureAwait(false);
            }

            return null;
        }
        catch (LinkDownException e)
        {
            _hasIdleConnection = false;
            return e;
        }
    }

    private async Task ReleaseAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _mayRelease, false))
        {
            await _spool.ReleaseAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The last answer may have been stored behind the round's back.</summary>
    private async Task LetGoAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _spool.ReleaseAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (PublishingException)
        {
            // What was asked for is done: the next one that sends or lists lets go of it.
            _mayRelease = true;
        }
    }

    private void Answered(RecordingAnswered answer)
    {
        try
        {
            if (_spool.Answered(answer) is { } recording)
            {
                _hasIdleConnection = false;
                _news.Report(new RecordingMoved(recording));
            }
        }
        catch (PublishingException e)
        {
            // The broker keeps it; it is asked for again after a pause.
            _unstoredAnswer = e.Message;
            throw;
        }

        _mayRelease = true;
        if (_isEnough())
        {
            TryNow();
        }
        else
        {
            _signal.Set();
        }
    }

    private async Task KeepBeatingAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(BeatEvery, _time);
        while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
        {
            await BeatAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private RobotHeartbeat Heartbeat()
    {
        var backlog = _spool.Backlog(_robot);
        return new(_robot, FileStamp.Nanoseconds(_time.GetUtcNow().UtcDateTime), backlog.Recordings, backlog.SizeBytes, backlog.OldestSpooledAtNs, StrataVersion.Current);
    }

    private async Task NoticeOthersAsync(CancellationToken cancellationToken)
    {
        var (retries, changes) = (_spool.Retries, _spool.ForeignChanges);
        using var timer = new PeriodicTimer(LookEvery, _time);
        while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
        {
            if (_spool.ForeignChanges is var changesNow && changesNow == changes)
            {
                continue;
            }

            var retriesNow = _spool.Retries;
            if (retriesNow != retries)
            {
                TryNow();
            }
            else
            {
                Wake();
            }

            (retries, changes) = (retriesNow, changesNow);
        }
    }

    private static async Task EndingQuietlyAsync(Func<CancellationToken, Task> loop, CancellationToken cancellationToken)
    {
        try
        {
            await loop(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Whoever sends has ended.
            return;
        }
    }
}
