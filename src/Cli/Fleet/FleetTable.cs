using System.Globalization;
using Spectre.Console;
using Strata.Web;

namespace Strata.Cli;

/// <summary>One row a robot. What needs a person is red: silence, quarantine, more bad than good.</summary>
internal static class FleetTable
{
    private const string Nothing = "–";

    /// <param name="shortened">For eyes: on a terminal what is silent comes first.</param>
    public static Table Of(ReadFleetResponse fleet, bool shortened)
    {
        var table = new Table { Border = TableBorder.Rounded, UseSafeBorder = false };
        foreach (var (name, isNumber) in new[] { ("robot", false), ("last seen", false), ("recordings", true), ("size", true), ("spool", false), ("quarantined", true), ("good", true), ("bad", true), ("good of both", true) })
        {
            table.AddColumn(new Spectre.Console.TableColumn(new Text(name, new Style(decoration: Decoration.Bold))) { Alignment = isNumber ? Justify.Right : Justify.Left });
        }

        foreach (var robot in shortened ? fleet.Robots.OrderByDescending(r => r.Silent) : fleet.Robots.AsEnumerable())
        {
            table.AddRow(
                new Text(robot.Robot),
                Marked(Age(fleet.NowNs - robot.LastSeenNs) + " ago" + (robot.Silent ? ", silent" : ""), robot.Silent),
                Number(robot.Recordings),
                new Text(Cells.Bytes(robot.SizeBytes)),
                new Text(Spool(robot, fleet.NowNs)),
                Marked(robot.Quarantined.ToString("N0", CultureInfo.InvariantCulture), robot.Quarantined > 0),
                Number(robot.Good),
                Number(robot.Bad),
                Marked(robot.GoodRatio is { } ratio ? ratio.ToString("P0", CultureInfo.InvariantCulture).Replace(" ", "", StringComparison.Ordinal) : Nothing, robot.Bad > robot.Good));
        }

        return table;
    }

    public static string Summary(ReadFleetResponse fleet)
    {
        var robots = fleet.Robots;
        var words = new[]
        {
            Cells.Count(robots.Count, "robot"),
            Cells.Count(robots.Sum(r => r.Recordings), "recording"),
            $"{robots.Sum(r => r.Good):N0} good, {robots.Sum(r => r.Bad):N0} bad",
            robots.Sum(r => r.Review) is > 0 and var review ? $"{review:N0} to look at" : null,
            robots.Sum(r => r.WithoutVerdict) is > 0 and var open ? $"{open:N0} without a verdict" : null,
            robots.Sum(r => r.Quarantined) is > 0 and var broken ? $"{broken:N0} in quarantine" : null,
            robots.Count(r => r.Silent) is > 0 and var silent ? $"{silent:N0} silent for {Age(fleet.SilentAfterNs)} or longer" : null,
        };
        return string.Join("; ", words.OfType<string>());
    }

    /// <summary>In the largest unit that it fills.</summary>
    public static string Age(long ns) => TimeSpan.FromTicks(Math.Max(0, ns) / TimeSpan.NanosecondsPerTick) switch
    {
        { TotalDays: >= 1 } time => $"{(long)time.TotalDays} d",
        { TotalHours: >= 1 } time => $"{(long)time.TotalHours} h",
        { TotalMinutes: >= 1 } time => $"{(long)time.TotalMinutes} m",
        var time => $"{(long)time.TotalSeconds} s",
    };

    private static string Spool(FleetLine robot, long nowNs) => robot.Spooled switch
    {
        null => Nothing,
        0 => "empty",
        { } count => $"{count:N0}, {Cells.Bytes(robot.SpooledBytes ?? 0)}{(robot.OldestSpooledNs is { } oldest ? $", oldest {Age(nowNs - oldest)}" : "")}",
    };

    private static Text Number(long number) => new(number.ToString("N0", CultureInfo.InvariantCulture));

    private static Text Marked(string text, bool isTrouble) => new(text, isTrouble ? new Style(Color.Red) : Style.Plain);
}
