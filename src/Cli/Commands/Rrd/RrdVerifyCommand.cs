using System.CommandLine;

namespace Strata.Cli;

internal sealed class RrdVerifyCommand : RrdReportCommand
{
    private readonly Option<bool> _footers = RrdSwitch.Of("--check-footers", "Whether a recording without a footer, or with one that cannot be used, is broken", isOn: true);

    public RrdVerifyCommand(CommandParts parts)
        : base(parts, "verify", "Read every chunk of recordings; exit 1 when one is broken", "rrd verify recordings/") => Options.Add(_footers);

    protected override bool ReadsChunks => true;

    protected override bool Fails(RrdReportFinding finding) => true;

    protected override RrdReport Judge(CommandContext context, RrdReport report) => context.Value(_footers) && Missing(report) is { } missing
        ? report with { Findings = [.. report.Findings, new RrdReportFinding(null, $"{missing}; --check-footers false lets it pass")] }
        : report;

    // As rerun rrd verify, which takes a footer without a manifest for none.
    private static string? Missing(RrdReport report) => report switch
    {
        { UsedFooter: false } => "there is no footer, or none that can be used, so that every reader must scan the file; strata rrd merge writes one",
        { UsedFooter: true } when report.Stores.All(store => store.Chunks == 0) => "there is no manifest in the footer, since there is no chunk in the recording",
        _ => null,
    };

    protected override async Task PrintAsync(CommandContext context, IReadOnlyList<RrdReport> reports, CancellationToken cancellationToken)
    {
        var terminal = context.Terminal;
        foreach (var report in reports)
        {
            if (report.Findings.Count == 0)
            {
                await terminal.Out.WriteLineAsync($"{report.Path}: good, {Cells.Count(report.Stores.Sum(s => s.Chunks), "chunk")}, {Cells.Count(report.Stores.Sum(s => s.Rows), "row")}");
            }

            await PrintFindingsAsync(terminal, report.Path, report.Findings);
        }
    }
}
