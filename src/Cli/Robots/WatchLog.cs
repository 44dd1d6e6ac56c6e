using System.Globalization;
using Strata.Contracts;
using Strata.Publishing;

namespace Strata.Cli;

/// <summary>What <c>strata watch</c> says: one line a step, on stderr, where a service manager keeps it.</summary>
internal sealed class WatchLog(Terminal terminal) : IProgress<SendingNews>
{
    /// <summary>Said of each symbolic link in a folder.</summary>
    public const string SkippedLink = "a symbolic link in a folder is not followed; to publish what it leads to, name it: strata publish LINK";

    private readonly Lock _lock = new();
    private string? _waits;
    private bool _toldUnheard;

    public void Say(string text)
    {
        lock (_lock)
        {
            terminal.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{DateTime.UtcNow:HH:mm:ss.fff} {text.ReplaceLineEndings(" ")}"));
            terminal.Error.Flush();
        }
    }

    public void Report(WatchNews news) => Say(news switch
    {
        FileSpooled { Recording.Cut: true } spooled => $"{spooled.Path}: it has no end marker and does not grow any more; it is published as cut",
        FileSpooled spooled => $"{spooled.Path}: finished, spooled as {spooled.Recording.Id}",
        FileKnown known => $"{known.Path}: the same bytes as {known.Recording.Path}, which is {known.Recording.Outcome ?? known.Recording.State}",
        LinkLeftAlone link => $"{link.Path}: {SkippedLink}",
        FileNotSpooled not => $"{not.Reason}; {not.Next}",
        _ => news.Path,
    });

    public void Report(SendingNews value)
    {
        switch (value)
        {
            case RecordingMoved { Recording: { Outcome: RecordingOutcomes.Quarantined } bad }:
                Say($"{bad.Path}: quarantined: {bad.Reason}; next: strata quarantine list at the server");
                break;
            case RecordingMoved { Recording: var recording }:
                _waits = null;
                Say($"{recording.Path}: {(recording.Outcome is { } outcome ? $"{outcome} as segment {recording.AnsweredSegment ?? "?"}" : recording.State)}");
                break;
            case RecordingHeldBack held:
                SayOnce($"{held.Recording.Path}: {held.Reason}{(held.NeedsPerson ? "; next: strata spool retry when that is done" : "")}");
                break;
            case AnswersNotHeard unheard when !_toldUnheard:
                _toldUnheard = true;
                Say(UnheardAnswers.Warning(unheard, waitsForAnswers: false));
                break;
            case SendingWaits waits:
                SayOnce($"waiting: {waits.Reason}");
                break;
            default:
                break;
        }
    }

    private void SayOnce(string text)
    {
        if (_waits != text)
        {
            _waits = text;
            Say(text);
        }
    }
}
