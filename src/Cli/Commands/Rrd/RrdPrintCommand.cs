using System.CommandLine;
using Strata.Rrd;
using Strata.Rrd.Editing;

namespace Strata.Cli;

internal sealed class RrdPrintCommand : RrdReportCommand
{
    private const int Columns = 1;
    private const int Headers = 2;
    private const int Data = 3;

    private readonly Option<bool> _more = new("-v") { Description = "-v: their columns, -vv: types and metadata, too, -vvv: the rows, too", Arity = ArgumentArity.Zero };
    private readonly Option<string?> _entity = new("--entity") { Description = "Only the chunks of this entity", HelpName = "PATH" };

    public RrdPrintCommand(CommandParts parts)
        : base(parts, "print", "The chunks of a recording, one a line", "rrd print -v episode_7.rrd")
    {
        Options.Add(_more);
        Options.Add(_entity);
    }

    protected override bool ReadsChunks => false;

    protected override async Task PrintAsync(CommandContext context, IReadOnlyList<RrdReport> reports, CancellationToken cancellationToken)
    {
        var terminal = context.Terminal;
        var entity = context.Value(_entity) is { } path ? EntityPath.Parse(path).ToString() : null;
        foreach (var report in reports)
        {
            foreach (var store in report.Stores)
            {
                await terminal.Out.WriteLineAsync($"{report.Path}: {store.Kind} '{store.RecordingId}' of application '{store.ApplicationId}', written by {store.WrittenBy}");
                foreach (var chunk in store.ChunkList.Where(chunk => entity is null || chunk.EntityPath == entity))
                {
                    await terminal.Out.WriteLineAsync($"  {chunk.Id}  {(chunk.IsStatic ? "static  " : "temporal")}  {chunk.Rows,9:N0} rows  {Cells.Bytes(chunk.StoredBytes),10}  at {chunk.Offset,12:N0}  {chunk.EntityPath}");
                    if (context.Times(_more) is >= Columns and var level)
                    {
                        await PrintChunkAsync(terminal, report, chunk, level, cancellationToken);
                    }
                }
            }

            await PrintFindingsAsync(terminal, report);
        }
    }

    private static async Task PrintChunkAsync(Terminal terminal, RrdReport report, RrdChunkReport shown, int level, CancellationToken cancellationToken)
    {
        Chunk chunk;
        try
        {
            using var bytes = FileBytes.Open(report.FullPath!);
            chunk = await ChunkSource.ReadAsync(bytes, shown.Entry, cancellationToken);
        }
        catch (RrdFormatException e)
        {
            await terminal.Out.WriteLineAsync($"    cannot be read: expected {e.Expected}, found {e.Found}");
            return;
        }

        var batch = ChunkBatch.From(chunk);
        if (level == Columns)
        {
            await terminal.Out.WriteLineAsync($"    {string.Join(", ", batch.Schema.FieldsList.Skip(1).Select(field => field.Name))}");
            return;
        }

        foreach (var field in batch.Schema.FieldsList)
        {
            await terminal.Out.WriteLineAsync($"    {field.Name}: {field.DataType}  {string.Join(", ", field.Metadata.Select(pair => $"{pair.Key}={pair.Value}"))}");
        }

        for (var row = 0; level >= Data && row < chunk.NumRows; row++)
        {
            var cells = Enumerable.Range(1, batch.ColumnCount - 1).Select(column => CellText.Of(batch.Column(column), row));
            await terminal.Out.WriteLineAsync($"    {chunk.RowId(row).ToRowId()}  {string.Join("  ", cells)}");
        }
    }
}
