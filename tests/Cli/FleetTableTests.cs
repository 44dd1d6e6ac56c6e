using Strata.Web;

namespace Strata.Cli.Tests;

public sealed class FleetTableTests
{
    private const long Second = 1_000_000_000;

    private const long Now = 1_000_000 * Second;

    private static readonly FleetLine Robot = new(
        "arm-01", 0, Now - (90 * Second), false, Now - (90 * Second), 12, 1_234, 5_600_000, 1_200, 3, 4_000_000, Now - (3_600 * Second), Now - Second, "1.0", 2, 9, 3, 1, 0, 0.75);

    [Fact]
    public void A_row_tells_when_it_was_seen_what_waits_and_how_good_it_is()
    {
        var row = Line([Robot], "arm-01");

        row.ShouldContain("1 m ago");
        row.ShouldNotContain("silent");
        row.ShouldContain("1,234");
        row.ShouldContain("5.6 MB");
        row.ShouldContain("3, 4.0 MB, oldest 1 h");
        row.ShouldContain("75%");
    }

    [Fact]
    public void A_robot_that_sends_no_heartbeats_has_no_spool_and_one_without_verdicts_no_ratio()
    {
        var row = Line([Robot with { Spooled = null, GoodRatio = null, Good = 0, Bad = 0 }], "arm-01");

        row.Split('│').Count(cell => cell.Trim() == "–").ShouldBe(2);
        Line([Robot with { Spooled = 0 }], "arm-01").ShouldContain("empty");
    }

    [Fact]
    public void A_silent_robot_says_so()
    {
        Line([Robot with { Silent = true }], "arm-01").ShouldContain("1 m ago, silent");
        FleetTable.Summary(new([Robot with { Silent = true }, Robot], 60 * Second, Now, 1)).ShouldContain("1 silent for 1 m or longer");
    }

    [Theory]
    [InlineData(-5 * Second, "0 s")]
    [InlineData(59 * Second, "59 s")]
    [InlineData(60 * Second, "1 m")]
    [InlineData(7_199 * Second, "1 h")]
    [InlineData(172_800 * Second, "2 d")]
    public void An_age_is_told_in_the_largest_unit_that_it_fills(long ns, string words) => FleetTable.Age(ns).ShouldBe(words);

    private static string Line(IReadOnlyList<FleetLine> robots, string name)
    {
        using var output = new StringWriter();
        var terminal = new Terminal(output, TextWriter.Null, outputIsTerminal: false, errorIsTerminal: false, width: 100);
        terminal.OutConsole.Write(FleetTable.Of(new(robots, 300 * Second, Now, 1), shortened: false));
        return output.ToString().Split('\n').Single(line => line.Contains(name, StringComparison.Ordinal));
    }
}
