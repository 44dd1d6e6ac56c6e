using System.Globalization;
using Strata.Web;

namespace Strata.Cli;

/// <summary>One line on a terminal that is drawn over itself and wiped at the end; nothing at all where nobody looks.</summary>
internal sealed class ProgressBar(Terminal terminal) : IProgress<OperationProgress>, IDisposable
{
    private const int BarColumns = 28;

    /// <summary>Drawing more often than the eye can follow would cost more than the work.</summary>
    private static readonly TimeSpan Redraw = TimeSpan.FromMilliseconds(60);

    /// <summary>A speed of less would jump.</summary>
    private static readonly TimeSpan FirstPace = TimeSpan.FromMilliseconds(500);

    private readonly Lock _drawing = new();
    private readonly long _started = TimeProvider.System.GetTimestamp();
    private long _drawn;
    private bool _visible;
    private string? _stage;
    private long _stageStarted;
    private long _stageBegan;

    public void Report(OperationProgress value)
    {
        if (!terminal.ErrorIsTerminal)
        {
            return;
        }

        lock (_drawing)
        {
            if (_drawn != 0 && TimeProvider.System.GetElapsedTime(_drawn) < Redraw)
            {
                return;
            }

            _drawn = TimeProvider.System.GetTimestamp();
            _visible = true;
            if (_stage != value.Stage)
            {
                // What goes on where it was cut begins in the middle: what was done before is not this run's speed.
                (_stage, _stageStarted, _stageBegan) = (value.Stage, TimeProvider.System.GetTimestamp(), value.Done);
            }

            // On one line, or it could not be drawn over.
            var line = Line(value);
            terminal.Error.Write($"\r\u001b[K{line[..Math.Min(line.Length, terminal.Width - 1)]}");
            terminal.Error.Flush();
        }
    }

    public void Dispose()
    {
        lock (_drawing)
        {
            if (_visible)
            {
                terminal.Error.Write("\r\u001b[K");
                terminal.Error.Flush();
            }
        }
    }

    private string Line(OperationProgress value)
    {
        var seconds = TimeProvider.System.GetElapsedTime(_started).TotalSeconds;
        if (value.Total <= 0)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{value.Stage} … {seconds:N0} s");
        }

        var full = (int)Math.Clamp(value.Done * BarColumns / value.Total, 0, BarColumns);
        var bar = new string('━', full) + new string('╌', BarColumns - full);
        return string.Create(CultureInfo.InvariantCulture, $"{value.Stage,-9} {bar} {value.Done:N0} of {value.Total:N0}, {seconds:N0} s")
            + Pace(value.Done - _stageBegan, value.Total - value.Done, TimeProvider.System.GetElapsedTime(_stageStarted));
    }

    /// <summary>How fast, and for how long yet; nothing while it can only be guessed.</summary>
    internal static string Pace(long done, long left, TimeSpan elapsed)
    {
        if (done <= 0 || elapsed < FirstPace)
        {
            return "";
        }

        var perSecond = done / elapsed.TotalSeconds;
        return string.Create(CultureInfo.InvariantCulture, $", {perSecond:N0}/s, {left / perSecond:N0} s left");
    }
}
