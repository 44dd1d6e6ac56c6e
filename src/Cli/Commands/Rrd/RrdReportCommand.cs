using System.CommandLine;

namespace Strata.Cli;

/// <summary>A command over local files, without any data directory.</summary>
internal abstract class RrdReportCommand : StrataCommand
{
    private readonly Argument<string[]> _files = RrdInputs.Argument();

    protected RrdReportCommand(CommandParts parts, string name, string description, string example)
        : base(parts, name, description, example) => Arguments.Add(_files);

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var paths = context.Value(_files);
        using var piped = paths is [] or [RrdInputs.StandardInput] ? await RrdFile.OpenAsync(null, cancellationToken) : null;
        var expansion = piped is null ? RrdInputs.Expand(paths) : new PathExpansion([new FoundRecording(piped.Shown, piped.FullPath, "")], []);
        var reports = new List<RrdReport>();
        using (var progress = new ProgressBar(context.Terminal))
        {
            foreach (var file in expansion.Found)
            {
                progress.Report(new("reading", reports.Count, expansion.Found.Count));
                reports.Add(await RrdReport.OfAsync(file, ReadsChunks, cancellationToken));
            }
        }

        reports.AddRange(expansion.Refused.Select(r => new RrdReport(r.Shown, null, null, [], [new RrdReportFinding(null, r.Reason)])));
        if (context.Json)
        {
            await JsonOutput.WriteAsync(context.Terminal, reports, CliJson.Default.IReadOnlyListRrdReport, cancellationToken);
        }
        else
        {
            await PrintAsync(context, reports, cancellationToken);
        }

        return reports.Any(r => r.Findings.Count > 0) ? ExitCodes.Failed : ExitCodes.Done;
    }

    /// <summary>Whether every chunk is decoded, too.</summary>
    protected abstract bool ReadsChunks { get; }

    protected abstract Task PrintAsync(CommandContext context, IReadOnlyList<RrdReport> reports, CancellationToken cancellationToken);

    protected static async Task PrintFindingsAsync(Terminal terminal, RrdReport report)
    {
        foreach (var finding in report.Findings)
        {
            await terminal.Out.WriteLineAsync($"{report.Path}: {(finding.Offset is { } offset ? $"at byte {offset:N0}: " : "")}{finding.Message}");
        }
    }
}
