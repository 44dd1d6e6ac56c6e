using System.CommandLine;

namespace Strata.Cli;

internal sealed class RrdStatsCommand : RrdReportCommand
{
    private readonly Option<bool> _noDecode = new("--no-decode") { Description = "Only what the messages say by themselves, without footer and payloads: chunks and their sizes" };
    private readonly Option<bool> _continue = new("--continue-on-error") { Description = "As always here: what cannot be read is told, and the rest is counted" };

    public RrdStatsCommand(CommandParts parts)
        : base(parts, "stats", "What is in a recording: sizes, chunks, rows", "rrd stats episode_7.rrd --json")
    {
        Options.Add(_noDecode);
        Options.Add(_continue);
    }

    protected override bool ReadsChunks => false;

    protected override Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken) => !context.Value(_noDecode)
        ? base.RunAsync(context, cancellationToken)
        : RrdReports.OfEachAsync(
            context,
            context.Value(Files),
            file => RrdTransportReport.OfAsync(file, cancellationToken),
            refused => new RrdTransportReport(refused.Shown, [], [new RrdReportFinding(null, refused.Reason)]),
            reports => TellAsync(context, reports, cancellationToken),
            cancellationToken);

    protected override async Task PrintAsync(CommandContext context, IReadOnlyList<RrdReport> reports, CancellationToken cancellationToken)
    {
        var terminal = context.Terminal;
        TableOutput.Write(
            terminal,
            ["file", "written by", "kind", "recording id", "chunks", "rows", "entities", "timelines", "stored", "decoded"],
            reports.SelectMany(r => r.Stores.Select(s => new[]
            {
                r.Path, s.WrittenBy, s.Kind, s.RecordingId, $"{s.Chunks}", $"{s.Rows}", $"{s.EntityPaths.Count}", string.Join(", ", s.Timelines), Cells.Bytes(s.StoredBytes), Cells.Bytes(s.DecodedBytes),
            })));
        foreach (var report in reports)
        {
            await PrintFindingsAsync(terminal, report.Path, report.Findings);
        }
    }

    private async Task<int> TellAsync(CommandContext context, IReadOnlyList<RrdTransportReport> reports, CancellationToken cancellationToken)
    {
        if (context.Json)
        {
            await JsonOutput.WriteAsync(context.Terminal, reports, CliJson.Default.IReadOnlyListRrdTransportReport, cancellationToken);
        }
        else
        {
            TableOutput.Write(
                context.Terminal,
                ["file", "kind", "recording id", "chunks", "stored", "decoded"],
                reports.SelectMany(r => r.Stores.Select(s => new[] { r.Path, s.Kind, s.RecordingId, $"{s.Chunks}", Cells.Bytes(s.StoredBytes), Cells.Bytes(s.DecodedBytes) })));
            foreach (var report in reports)
            {
                await PrintFindingsAsync(context.Terminal, report.Path, report.Findings);
            }
        }

        return reports.Any(report => report.Findings.Any(Fails)) ? ExitCodes.Failed : ExitCodes.Done;
    }
}
