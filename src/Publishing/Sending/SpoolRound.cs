using System.Diagnostics;
using Strata.Contracts;

namespace Strata.Publishing;

/// <summary>
/// One passage over what is to be sent: upload, then publish, each step committed before the next. What holds one recording back holds back no other; a dead server does not
/// keep uploaded ones from the broker, nor a dead broker others from the server.
/// </summary>
/// <param name="answered">Is given answers that come at once, and stores them.</param>
/// <param name="needsAnswers">What the broker has is not done before it is answered, though nobody can hear that now.</param>
internal sealed class SpoolRound(ISpool spool, IRecordingUpload upload, IRobotLink link, string robot, Action<RecordingAnswered> answered, IProgress<SendingNews> news, bool needsAnswers)
{
    private long _lastTried;
    private LinkDownException? _serverDown;
    private LinkDownException? _linkDown;
    private RecordingRefusedException? _refused;

    public bool Progressed { get; private set; }

    /// <param name="linkDown">Why there is no link; null when there is one.</param>
    /// <exception cref="HeldUpException">Something is left.</exception>
    public async Task RunAsync(LinkDownException? linkDown, CancellationToken cancellationToken)
    {
        _linkDown = linkDown;
        while ((_serverDown is null || _linkDown is null) && Next() is { } recording)
        {
            _lastTried = recording.Id;
            using var activity = StrataTracing.Start(SpanNames.Publish, ActivityKind.Producer)?.SetTag("strata.robot", robot).SetTag("strata.dataset", recording.Dataset);
            if (await IsUploadedAsync(recording, cancellationToken).ConfigureAwait(false))
            {
                await PublishAsync(recording, cancellationToken).ConfigureAwait(false);
            }
        }

        if ((_serverDown ?? _linkDown) is { } down)
        {
            throw new HeldUpException(down.Message, isLink: true, Progressed, down);
        }

        if (_refused is { } refused)
        {
            throw new HeldUpException(refused.Message, isLink: false, Progressed, refused);
        }
    }

    /// <summary>Also what came since the round began. After days without a network thousands wait: they are not read anew for each.</summary>
    private SpooledRecording? Next() => spool.NextToSend(robot, _lastTried);

    private async Task<bool> IsUploadedAsync(SpooledRecording recording, CancellationToken cancellationToken)
    {
        if (recording.StorageUrl is not null)
        {
            return true;
        }

        if (_serverDown is { } serverDown)
        {
            Held(recording, serverDown);
            return false;
        }

        var (file, hash, size) = (recording.File!, recording.Sha256!.Value, recording.SizeBytes!.Value);
        try
        {
            if (recording.State == SpoolStates.Uploaded)
            {
                // That was in another round, perhaps days ago: an upload that no message named in time is let go of.
                if (await upload.IsThereAsync(hash, size, cancellationToken).ConfigureAwait(false))
                {
                    return true;
                }

                spool.NotUploaded(recording.Id);
            }

            await upload.UploadAsync(file, hash, size, sent => news.Report(new FileSending(recording, sent)), cancellationToken).ConfigureAwait(false);
            spool.Uploaded(recording.Id);
            Moved(recording, SpoolStates.Uploaded);
            return true;
        }
        catch (LinkDownException e)
        {
            _serverDown = e;
            Held(recording, e);
        }
        catch (RecordingRefusedException e)
        {
            Refused(recording, e);
        }

        return false;
    }

    private async Task PublishAsync(SpooledRecording recording, CancellationToken cancellationToken)
    {
        if (_linkDown is { } linkDown)
        {
            Held(recording, linkDown);
            return;
        }

        try
        {
            if (await link.PublishAsync(recording.ToMessage(), cancellationToken).ConfigureAwait(false) is { } answer)
            {
                answered(answer);
                Progressed = true;
                return;
            }

            var refused = link.AnswersRefused;
            var isAnswered = refused is null || needsAnswers;
            spool.Published(recording.Id, isAnswered);
            if (refused is not null && needsAnswers)
            {
                spool.Failed(recording.Id, refused, needsPerson: false);
            }

            Moved(recording, isAnswered ? SpoolStates.Published : SpoolStates.Done);
        }
        catch (LinkDownException e)
        {
            _linkDown = e;
            Held(recording, e);
        }
        catch (RecordingRefusedException e)
        {
            Refused(recording, e);
        }
    }

    private void Moved(SpooledRecording recording, string state)
    {
        Progressed = true;
        news.Report(new RecordingMoved(recording with { State = state }));
    }

    /// <summary>For days it is the same reason: it is written once.</summary>
    private void Held(SpooledRecording recording, LinkDownException e)
    {
        if (recording.Reason != e.Message)
        {
            spool.Failed(recording.Id, e.Message, needsPerson: false);
        }
    }

    private void Refused(SpooledRecording recording, RecordingRefusedException e)
    {
        spool.Failed(recording.Id, e.Message, e.NeedsPerson);
        news.Report(new RecordingHeldBack(recording, e.Message, e.NeedsPerson));
        if (!e.NeedsPerson)
        {
            _refused = e;
        }
    }
}
