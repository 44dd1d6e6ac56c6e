using System.CommandLine;
using System.Globalization;
using Strata.Web;

namespace Strata.Cli;

internal sealed class RebuildCommand : StrataCommand
{
    private readonly Option<bool> _verify = new("--verify") { Description = "Compare only; exit 1 when something differs" };

    public RebuildCommand(CommandParts parts)
        : base(parts, "rebuild", "Make every table anew from the log, and compare", "rebuild --verify") => Options.Add(_verify);

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var verify = context.Value(_verify);
        // Without the role that folds: going on from a broken checkpoint would fail before anything is compared.
        var report = await context.RunAsync(Roles.None, RebuildOperation.Route, new RebuildRequest(verify), cancellationToken);
        if (context.Json)
        {
            await JsonOutput.WriteAsync(context.Terminal, report, ApiJson.Default.RebuildResponse, cancellationToken);
        }
        else
        {
            await WriteAsync(context.Terminal, report, verify, cancellationToken);
        }

        return verify && report.Differences.Count > 0 ? ExitCodes.Failed : ExitCodes.Done;
    }

    private static async Task WriteAsync(Terminal terminal, RebuildResponse report, bool verify, CancellationToken cancellationToken)
    {
        await terminal.Out.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture, $"replayed {Cells.Count(report.Events, "event")} in {report.Seconds:N2} s ({report.EventsPerSecond:N0}/s)"));
        if (report.Differences.Count == 0)
        {
            await terminal.Out.WriteLineAsync(verify ? "every row of every table is as the log says" : "the new tables equal the old ones and are in use");
            return;
        }

        await terminal.Out.WriteLineAsync($"{Cells.Count(report.Differences.Count, "difference")}{(verify ? "; 'strata rebuild' mends them" : "; the new tables are in use")}:");
        var differences = report.Differences.Select(d => new ShownDifference(
            $"table {d.Table}, row {d.Key}{(d.Column is { } column ? $", column {column}" : "")}", ("was", d.Live ?? "(absent)"), ("log says", d.Replayed ?? "(absent)")));
        await DifferenceOutput.WriteAsync(terminal, [.. differences], cancellationToken);
    }
}
