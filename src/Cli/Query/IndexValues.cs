using System.CommandLine;
using System.Globalization;

namespace Strata.Cli;

/// <summary>Values of an index on the line: whole numbers in its unit, or times of day for those that are times.</summary>
internal static class IndexValues
{
    private const string Expected = "a whole number (a frame, or nanoseconds) or a time such as 2026-11-22T10:00:00Z";
    private const long NanosecondsPerTick = 100;

    public static Option<string?> Option(string name, string description) => new(name) { Description = description, HelpName = "VALUE" };

    /// <exception cref="UsageException">It is neither.</exception>
    public static long? Parse(string option, string? text)
    {
        if (text is null)
        {
            return null;
        }

        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
        {
            return number;
        }

        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            && (Int128)(time - DateTimeOffset.UnixEpoch).Ticks * NanosecondsPerTick is var nanoseconds && nanoseconds >= long.MinValue && nanoseconds <= long.MaxValue
            ? (long)nanoseconds
            : throw new UsageException($"{option}: expected {Expected}, found '{text}'", null);
    }
}
