namespace Strata.Cli;

internal sealed class RrdStatsCommand(CommandParts parts) : RrdReportCommand(parts, "stats", "What is in a recording: sizes, chunks, rows", "rrd stats episode_7.rrd --json")
{
    protected override bool ReadsChunks => false;

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
            await PrintFindingsAsync(terminal, report);
        }
    }
}
