using Strata.Rrd;
using Strata.Rrd.Editing;

namespace Strata.Cli;

/// <summary>What the footer of a recording says of its chunks: a line a chunk, a column a fact.</summary>
internal static class RrdFooterPrinter
{
    public const int ChunkColumns = 0;
    public const int AllColumns = 2;

    private const int TimelineColumns = 1;
    private const string OfChunk = "chunk_";

    /// <param name="used">Whether there is a footer that can be used.</param>
    /// <param name="detail">How many of the columns.</param>
    public static async Task PrintAsync(Terminal terminal, RrdReport report, bool used, int detail, CancellationToken cancellationToken)
    {
        if (!used)
        {
            await terminal.Out.WriteLineAsync($"{report.Path}: no footer that can be used");
            return;
        }

        using var bytes = FileBytes.Open(report.FullPath!);
        var reader = await RrdReader.OpenAsync(bytes, cancellationToken);
        foreach (var store in reader.Contents.Stores.Where(store => store.Manifest.Count > 0))
        {
            var table = ManifestTable.From(store.Manifest);
            var columns = Enumerable.Range(0, table.ColumnCount).Where(column => IsShown(table.Schema.GetFieldByIndex(column), detail)).ToList();
            await terminal.Out.WriteLineAsync($"{report.Path}: footer of {store.Id.Kind} '{store.Id.RecordingId}', schema {Convert.ToHexStringLower(store.SchemaSha256.Span)}, {Cells.Count(table.ColumnCount, "column")}");
            TableOutput.Write(
                terminal,
                columns.Select(column => table.Schema.GetFieldByIndex(column).Name),
                Enumerable.Range(0, table.Length).Select(row => columns.Select(column => CellText.Of(table.Column(column), row))));
        }
    }

    private static bool IsShown(Arrow.Field field, int detail) =>
        detail >= AllColumns
        || (field.Name.StartsWith(OfChunk, StringComparison.Ordinal) && !field.Metadata.ContainsKey(SorbetKeys.Index))
        || (detail >= TimelineColumns && field.Metadata.ContainsKey(SorbetKeys.Index) && !field.Metadata.ContainsKey(SorbetKeys.Component));
}
