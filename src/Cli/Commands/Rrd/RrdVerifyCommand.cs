namespace Strata.Cli;

internal sealed class RrdVerifyCommand(CommandParts parts) : RrdReportCommand(parts, "verify", "Read every chunk of recordings; exit 1 when one is broken", "rrd verify recordings/")
{
    protected override bool ReadsChunks => true;

    protected override async Task PrintAsync(CommandContext context, IReadOnlyList<RrdReport> reports, CancellationToken cancellationToken)
    {
        var terminal = context.Terminal;
        foreach (var report in reports)
        {
            if (report.Findings.Count == 0)
            {
                await terminal.Out.WriteLineAsync($"{report.Path}: good, {Cells.Count(report.Stores.Sum(s => s.Chunks), "chunk")}, {Cells.Count(report.Stores.Sum(s => s.Rows), "row")}");
            }

            await PrintFindingsAsync(terminal, report);
        }
    }
}
