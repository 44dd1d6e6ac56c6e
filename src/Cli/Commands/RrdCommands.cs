using System.CommandLine;

namespace Strata.Cli;

/// <summary>A command over local files, without any data directory.</summary>
internal abstract class RrdCommand : StrataCommand
{
    private readonly Argument<string[]> _files = new("FILE") { Description = "Recordings, folders or globs", Arity = ArgumentArity.OneOrMore };

    protected RrdCommand(CommandParts parts, string name, string description, string example)
        : base(parts, name, description, example) => Arguments.Add(_files);

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var expansion = RecordingPaths.Expand(context.Value(_files), Environment.CurrentDirectory);
        var reports = new List<RrdReport>();
        using (var progress = new ProgressBar(context.Terminal))
        {
            foreach (var file in expansion.Found)
            {
                progress.Report(new("reading", reports.Count, expansion.Found.Count));
                reports.Add(await RrdReport.OfAsync(file, ReadsChunks, cancellationToken));
            }
        }

        reports.AddRange(expansion.Refused.Select(r => new RrdReport(r.Shown, null, [], [new RrdReportFinding(null, r.Reason)])));
        if (context.Json)
        {
            await JsonOutput.WriteAsync(context.Terminal, reports, CliJson.Default.IReadOnlyListRrdReport, cancellationToken);
        }
        else
        {
            await PrintAsync(context.Terminal, reports);
        }

        return reports.Any(r => r.Findings.Count > 0) ? ExitCodes.Failed : ExitCodes.Done;
    }

    /// <summary>Whether every chunk is decoded, too.</summary>
    protected abstract bool ReadsChunks { get; }

    protected abstract Task PrintAsync(Terminal terminal, IReadOnlyList<RrdReport> reports);

    protected static async Task PrintFindingsAsync(Terminal terminal, RrdReport report)
    {
        foreach (var finding in report.Findings)
        {
            await terminal.Out.WriteLineAsync($"{report.Path}: {(finding.Offset is { } offset ? $"at byte {offset:N0}: " : "")}{finding.Message}");
        }
    }
}

internal sealed class RrdStatsCommand(CommandParts parts) : RrdCommand(parts, "stats", "What is in a recording: sizes, chunks, rows", "rrd stats episode_7.rrd --json")
{
    protected override bool ReadsChunks => false;

    protected override async Task PrintAsync(Terminal terminal, IReadOnlyList<RrdReport> reports)
    {
        TableOutput.Write(
            terminal,
            ["file", "written by", "kind", "recording id", "chunks", "rows", "entities", "timelines", "stored", "decoded"],
            reports.SelectMany(r => r.Stores.Select(s => new[]
            {
                r.Path, s.WrittenBy, s.Kind, s.RecordingId, $"{s.Chunks}", $"{s.Rows}", $"{s.EntityPaths.Count}", string.Join(", ", s.Timelines), Cells.Bytes(s.StoredBytes), Cells.Bytes(s.DecodedBytes),
            })));
        foreach (var report in reports)
        {
            await PrintFindingsAsync(terminal, report);
        }
    }
}

internal sealed class RrdPrintCommand(CommandParts parts) : RrdCommand(parts, "print", "The chunks of a recording, one a line", "rrd print episode_7.rrd")
{
    protected override bool ReadsChunks => false;

    protected override async Task PrintAsync(Terminal terminal, IReadOnlyList<RrdReport> reports)
    {
        foreach (var report in reports)
        {
            foreach (var store in report.Stores)
            {
                await terminal.Out.WriteLineAsync($"{report.Path}: {store.Kind} '{store.RecordingId}' of application '{store.ApplicationId}', written by {store.WrittenBy}");
                foreach (var chunk in store.ChunkList)
                {
                    await terminal.Out.WriteLineAsync($"  {chunk.Id}  {(chunk.IsStatic ? "static  " : "temporal")}  {chunk.Rows,9:N0} rows  {Cells.Bytes(chunk.StoredBytes),10}  at {chunk.Offset,12:N0}  {chunk.EntityPath}");
                }
            }

            await PrintFindingsAsync(terminal, report);
        }
    }
}

internal sealed class RrdVerifyCommand(CommandParts parts) : RrdCommand(parts, "verify", "Read every chunk of recordings; exit 1 when one is broken", "rrd verify recordings/")
{
    protected override bool ReadsChunks => true;

    protected override async Task PrintAsync(Terminal terminal, IReadOnlyList<RrdReport> reports)
    {
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
