using System.CommandLine;

namespace Strata.Cli;

/// <summary>A command over local files, without any data directory.</summary>
internal abstract class RrdReportCommand : StrataCommand
{
    protected RrdReportCommand(CommandParts parts, string name, string description, string example)
        : base(parts, name, description, example) => Arguments.Add(Files);

    protected Argument<string[]> Files { get; } = RrdInputs.Argument();

    /// <summary>Whether every chunk is decoded, too.</summary>
    protected abstract bool ReadsChunks { get; }

    protected override Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken) => RrdReports.OfEachAsync(
        context,
        context.Value(Files),
        async file => Judge(context, await RrdReport.OfAsync(file, ReadsChunks, cancellationToken)),
        refused => new RrdReport(refused.Shown, null, null, [], [new RrdReportFinding(null, refused.Reason)]),
        async reports =>
        {
            if (context.Json)
            {
                await JsonOutput.WriteAsync(context.Terminal, reports, CliJson.Default.IReadOnlyListRrdReport, cancellationToken);
            }
            else
            {
                await PrintAsync(context, reports, cancellationToken);
            }

            return reports.Any(report => report.Findings.Any(Fails)) ? ExitCodes.Failed : ExitCodes.Done;
        },
        cancellationToken);

    /// <summary>Whether the command has failed for this; a remark is only told.</summary>
    protected virtual bool Fails(RrdReportFinding finding) => finding.IsLoss;

    /// <summary>What the command itself finds wrong with a file that can be read.</summary>
    protected virtual RrdReport Judge(CommandContext context, RrdReport report) => report;

    protected abstract Task PrintAsync(CommandContext context, IReadOnlyList<RrdReport> reports, CancellationToken cancellationToken);

    protected async Task PrintFindingsAsync(Terminal terminal, string path, IReadOnlyList<RrdReportFinding> findings)
    {
        foreach (var finding in findings)
        {
            await terminal.Out.WriteLineAsync($"{path}: {(finding.Offset is { } offset ? $"at byte {offset:N0}: " : "")}{(Fails(finding) ? "" : "remark: ")}{finding.Message}");
        }
    }
}
