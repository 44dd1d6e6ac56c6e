using System.Globalization;
using Strata.Web;

namespace Strata.Cli;

/// <summary>One line on a terminal that is drawn over itself and wiped at the end; nothing at all where nobody looks.</summary>
internal sealed class ProgressBar(Terminal terminal) : IProgress<OperationProgress>, IDisposable
{
    private const int BarColumns = 28;

    /// <summary>Drawing more often than the eye can follow would cost more than the work.</summary>
    private static readonly TimeSpan Redraw = TimeSpan.FromMilliseconds(60);

    private readonly Lock _drawing = new();
    private readonly long _started = TimeProvider.System.GetTimestamp();
    private long _drawn;
    private bool _visible;

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
        return string.Create(CultureInfo.InvariantCulture, $"{value.Stage,-9} {bar} {value.Done:N0} of {value.Total:N0}, {seconds:N0} s");
    }
}
