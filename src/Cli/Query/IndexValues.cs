using System.CommandLine;
using System.Globalization;
using System.Text.RegularExpressions;
using Strata.Rrd;

namespace Strata.Cli;

/// <summary>Values of an index on the line: whole numbers in its unit (nanoseconds where it has one), times as RFC 3339 writes them, lengths of time as <c>1.5s</c>.</summary>
internal static partial class IndexValues
{
    private const string WholeNumber = "a whole number";
    private const string Time = "whole nanoseconds or an RFC 3339 time such as 2026-11-22T10:00:00.5Z";
    private const string Length = "whole nanoseconds or a number with ns, us, ms, s, m or h, such as 1.5s";
    private const long NanosecondsPerSecond = 1_000_000_000;

    private static readonly Dictionary<string, long> Units = new()
    {
        ["ns"] = 1,
        ["us"] = 1_000,
        ["ms"] = 1_000_000,
        ["s"] = NanosecondsPerSecond,
        ["m"] = 60 * NanosecondsPerSecond,
        ["h"] = 3_600 * NanosecondsPerSecond,
    };

    public static Option<string?> Option(string name, string description) => new(name) { Description = description, HelpName = "VALUE" };

    /// <summary>Whether it means the same on an index of any kind.</summary>
    public static bool IsWholeNumber(string text) => TryWhole(text, out _);

    /// <param name="kind">Of the index; null where that is not known: then any of the forms is taken.</param>
    /// <exception cref="UsageException">It has none of the forms that such an index takes, or lies outside of 64 bits.</exception>
    public static long Parse(string option, string text, TimelineKind? kind)
    {
        if (TryWhole(text, out var whole))
        {
            return whole;
        }

        var value = kind switch
        {
            TimelineKind.Sequence => null,
            TimelineKind.Timestamp => Moment(text),
            TimelineKind.Duration => Duration(text),
            _ => Moment(text) ?? Duration(text),
        };
        return value is { } nanoseconds && nanoseconds >= long.MinValue && nanoseconds <= long.MaxValue
            ? (long)nanoseconds
            : throw new UsageException($"{option}: expected {Expected(kind)}, found '{text}'", null);
    }

    private static string Expected(TimelineKind? kind) => kind switch
    {
        TimelineKind.Sequence => $"{WholeNumber}, since the index is a sequence",
        TimelineKind.Timestamp => $"{Time}, since the index holds times",
        TimelineKind.Duration => $"{Length}, since the index holds lengths of time",
        _ => $"{WholeNumber}; {Time}; or {Length}",
    };

    private static bool TryWhole(string text, out long number) => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);

    // As Rerun's program takes them, too: a date alone is its midnight, and what names no zone is UTC.
    private static Int128? Moment(string text)
    {
        var match = MomentForm().Match(text);
        if (!match.Success)
        {
            return null;
        }

        var zone = match.Groups["zone"].Value.ToUpperInvariant() is { Length: > 0 } named ? named : "Z";
        var clock = match.Groups["clock"].Value is { Length: > 0 } given ? given : "00:00:00";
        return DateTimeOffset.TryParseExact($"{match.Groups["date"].Value}T{clock}{zone}", "yyyy-MM-dd'T'HH:mm:ssK", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
            ? ((Int128)(time - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick) + Fraction(match.Groups["fraction"].Value, NanosecondsPerSecond)
            : null;
    }

    private static Int128? Duration(string text)
    {
        var match = DurationForm().Match(text);
        if (!match.Success || !Int128.TryParse(match.Groups["whole"].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var whole))
        {
            return null;
        }

        var unit = Units[match.Groups["unit"].Value];
        var length = (whole * unit) + Fraction(match.Groups["fraction"].Value, unit);
        return match.Groups["minus"].Success ? -length : length;
    }

    /// <summary>Nine digits behind the point at most; what is below a nanosecond is cut off.</summary>
    private static long Fraction(string digits, long unit) =>
        (long)((Int128)long.Parse(digits.PadRight(9, '0'), NumberStyles.None, CultureInfo.InvariantCulture) * unit / NanosecondsPerSecond);

    [GeneratedRegex(@"^(?<date>[0-9]{4}-[0-9]{2}-[0-9]{2})([Tt ](?<clock>[0-9]{2}:[0-9]{2}:[0-9]{2})(\.(?<fraction>[0-9]{1,9}))?(?<zone>[Zz]|[+-][0-9]{2}:[0-9]{2})?)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex MomentForm();

    [GeneratedRegex(@"^(?<minus>-)?(?<whole>[0-9]{1,19})(\.(?<fraction>[0-9]{1,9}))?(?<unit>ns|us|ms|s|m|h)\z", RegexOptions.CultureInvariant)]
    private static partial Regex DurationForm();
}
