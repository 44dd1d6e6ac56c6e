using System.Globalization;

namespace Strata.EventStore;

/// <summary>A file is no exported log, or not a whole one. Says what was expected, what was found and where.</summary>
public sealed class LogFileException : IOException
{
    public LogFileException(string message)
        : base(message)
    {
    }

    public LogFileException(long line, string expected, string found, Exception? innerException = null)
        : base(string.Create(CultureInfo.InvariantCulture, $"line {line}: expected {expected}, found {found}"), innerException)
    {
    }
}
