using Strata.Rrd;

namespace Strata.Cli.Tests;

public class IndexValuesTests
{
    private const long Second = 1_000_000_000;

    [Theory]
    [InlineData("-5", -5)]
    [InlineData("+5", 5)]
    [InlineData("9223372036854775807", long.MaxValue)]
    public void A_whole_number_is_a_value_of_an_index_of_any_kind(string text, long expected)
    {
        foreach (var kind in new TimelineKind?[] { TimelineKind.Sequence, TimelineKind.Timestamp, TimelineKind.Duration, null })
        {
            IndexValues.Parse("--from", text, kind).ShouldBe(expected, $"{kind}");
        }
    }

    [Theory]
    [InlineData("1970-01-01T00:00:01Z", Second)]
    [InlineData("1970-01-01t00:00:01z", Second)]
    [InlineData("1970-01-01 00:00:01Z", Second)]
    [InlineData("1970-01-01T00:00:01", Second)]
    [InlineData("1970-01-01T01:00:01+01:00", Second)]
    [InlineData("1969-12-31T23:59:59.5Z", -Second / 2)]
    [InlineData("1970-01-01T00:00:00.123456789Z", 123_456_789)]
    [InlineData("1970-01-02", 86_400 * Second)]
    public void A_time_is_a_value_of_an_index_of_times(string text, long expected)
    {
        IndexValues.Parse("--from", text, TimelineKind.Timestamp).ShouldBe(expected);
        IndexValues.Parse("--from", text, kind: null).ShouldBe(expected);
        Should.Throw<UsageException>(() => IndexValues.Parse("--from", text, TimelineKind.Sequence));
        Should.Throw<UsageException>(() => IndexValues.Parse("--from", text, TimelineKind.Duration));
    }

    [Theory]
    [InlineData("1.5s", 3 * Second / 2)]
    [InlineData("-1.5s", -3 * Second / 2)]
    [InlineData("500ms", Second / 2)]
    [InlineData("7us", 7_000)]
    [InlineData("7ns", 7)]
    [InlineData("2m", 120 * Second)]
    [InlineData("0.5h", 1_800 * Second)]
    public void A_length_of_time_is_a_value_of_an_index_of_durations(string text, long expected)
    {
        IndexValues.Parse("--time", text, TimelineKind.Duration).ShouldBe(expected);
        IndexValues.Parse("--time", text, kind: null).ShouldBe(expected);
        Should.Throw<UsageException>(() => IndexValues.Parse("--time", text, TimelineKind.Sequence));
        Should.Throw<UsageException>(() => IndexValues.Parse("--time", text, TimelineKind.Timestamp));
    }

    // What a lenient reader of dates makes a day of this year, or the fifth of January, of.
    [Theory]
    [InlineData("soon")]
    [InlineData("")]
    [InlineData("2.5")]
    [InlineData("1,000")]
    [InlineData("1e3")]
    [InlineData("0x10")]
    [InlineData("10:30")]
    [InlineData("5 May")]
    [InlineData("2026-5-1")]
    [InlineData("2026-02-30T00:00:00Z")]
    [InlineData("2026-02-03T25:00:00Z")]
    [InlineData("2026-02-03T00:00Z")]
    [InlineData("2026-02-03T00:00:00.1234567890Z")]
    [InlineData("9999-01-01")]
    [InlineData("1.5")]
    [InlineData("1 s")]
    [InlineData("1d")]
    [InlineData("9999999999999s")]
    [InlineData("9223372036854775808")]
    [InlineData("5\n")]
    [InlineData("1s\n")]
    public void Anything_else_is_refused_by_name_with_the_forms_that_are_taken(string text)
    {
        foreach (var (kind, forms) in new[] { (TimelineKind.Sequence, "whole number"), (TimelineKind.Timestamp, "2026-11-22T10:00:00"), (TimelineKind.Duration, "1.5s") })
        {
            var refused = Should.Throw<UsageException>(() => IndexValues.Parse("--from", text, kind)).Message;
            refused.ShouldStartWith("--from: expected ");
            refused.ShouldContain(forms);
            refused.ShouldEndWith($"found '{text}'");
        }
    }
}
