using Strata.Publishing;
using Strata.Web;

namespace Strata.Cli;

/// <summary>Looks on while a spool is sent: draws the progress, says once why nothing moves, and gives up when nothing has moved for too long.</summary>
internal sealed class SendingPatience : IProgress<SendingNews>, IDisposable
{
    private const long BytesPerKilobyte = 1_000;

    private readonly Terminal _terminal;
    private readonly ProgressBar _bar;
    private readonly TimeSpan _limit;
    private readonly CancellationTokenSource _over;
    private readonly CancellationTokenSource _either;
    private readonly long _totalBytes;
    private readonly Dictionary<long, long> _sent = [];
    private readonly Lock _lock = new();
    private readonly bool _waitsForAnswers;
    private string? _told;

    /// <param name="totalBytes">Of what is to be sent.</param>
    /// <param name="waitsForAnswers">Nothing is done without one.</param>
    public SendingPatience(Terminal terminal, TimeSpan limit, long totalBytes, bool waitsForAnswers, CancellationToken cancellationToken)
    {
        _waitsForAnswers = waitsForAnswers;
        (_terminal, _bar, _limit, _totalBytes) = (terminal, new ProgressBar(terminal), limit, totalBytes);
        _over = new CancellationTokenSource(limit);
        _either = CancellationTokenSource.CreateLinkedTokenSource(_over.Token, cancellationToken);
    }

    public CancellationToken Token => _either.Token;

    /// <summary>Why no answer will be heard; null as far as is known.</summary>
    public string? AnswersRefused { get; private set; }

    public bool IsOver => _over.IsCancellationRequested;

    public void Report(SendingNews value)
    {
        switch (value)
        {
            case FileSending sending:
                Moved();
                lock (_lock)
                {
                    _sent[sending.Recording.Id] = sending.SentBytes;
                    var sent = _sent.Values.Sum();
                    _bar.Report(new OperationProgress("kB sent", sent / BytesPerKilobyte, Math.Max(sent, _totalBytes) / BytesPerKilobyte));
                }

                break;
            case RecordingMoved:
                Moved();
                break;
            case AnswersNotHeard unheard when AnswersRefused is null:
                AnswersRefused = unheard.Reason;
                _bar.Dispose();
                _terminal.Error.WriteLine(UnheardAnswers.Warning(unheard, _waitsForAnswers));
                break;
            case SendingWaits waits when waits.Reason != _told:
                _told = waits.Reason;
                _bar.Dispose();
                _terminal.Error.WriteLine($"waiting: {waits.Reason.ReplaceLineEndings(" ")}");
                break;
            default:
                break;
        }
    }

    public void Dispose()
    {
        _bar.Dispose();
        _either.Dispose();
        _over.Dispose();
    }

    private void Moved()
    {
        if (!_over.IsCancellationRequested)
        {
            _over.CancelAfter(_limit);
        }
    }
}
