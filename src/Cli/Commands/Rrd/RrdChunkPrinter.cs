using Strata.Arrow;
using Strata.Rrd;
using Strata.Rrd.Editing;

namespace Strata.Cli;

/// <summary>The chunks of recordings, one a line, and below it what is in them: names, types and metadata, rows.</summary>
/// <param name="level">How much of what is in them: 0 nothing, 1 names, 2 types and metadata, 3 the rows.</param>
/// <param name="transposed">Whether a line is a column and not a row.</param>
/// <param name="fullMetadata">Whether keys keep what stands before each of them.</param>
/// <param name="migrates">Whether it is shown in today's form, whatever the form in which it is stored.</param>
internal sealed class RrdChunkPrinter(Terminal terminal, int level, bool transposed, bool fullMetadata, bool migrates)
{
    /// <summary>All there is.</summary>
    public const int Data = 3;

    private const int Columns = 1;

    /// <summary>Cells of a chunk that are printed in any case, beside one for each of its bytes.</summary>
    private const long FreePrintedCells = 1 << 18;

    // Before nearly every key, and so it says nothing: Rerun's program leaves it away, too.
    private const string KeyPrefix = "rerun:";

    /// <param name="entity">Only the chunks of this one; null: all.</param>
    public async Task PrintAsync(RrdReport report, string? entity, CancellationToken cancellationToken)
    {
        foreach (var store in report.Stores)
        {
            await terminal.Out.WriteLineAsync($"{report.Path}: {store.Kind} '{store.RecordingId}' of application '{store.ApplicationId}', written by {store.WrittenBy}");
            foreach (var chunk in store.ChunkList.Where(chunk => entity is null || chunk.EntityPath == entity))
            {
                await terminal.Out.WriteLineAsync($"  {chunk.Id}  {(chunk.IsStatic ? "static  " : "temporal")}  {chunk.Rows,9:N0} rows  {Cells.Bytes(chunk.StoredBytes),10}  at {chunk.Offset,12:N0}  {chunk.EntityPath}");
                if (level >= Columns)
                {
                    await PrintChunkAsync(report.FullPath!, chunk.Entry, cancellationToken);
                }
            }
        }
    }

    private async Task PrintChunkAsync(string path, ChunkEntry entry, CancellationToken cancellationToken)
    {
        RecordBatch batch;
        try
        {
            using var bytes = FileBytes.Open(path);
            batch = migrates ? ChunkBatch.From(await ChunkSource.ReadAsync(bytes, entry, cancellationToken)) : await StoredAsync(bytes, entry, cancellationToken);
        }
        catch (RrdFormatException e)
        {
            await terminal.Out.WriteLineAsync($"    cannot be read: expected {e.Expected}, found {e.Found}");
            return;
        }

        if (level == Columns)
        {
            await terminal.Out.WriteLineAsync($"    {string.Join(", ", batch.Schema.FieldsList.Skip(1).Select(field => field.Name))}");
            return;
        }

        foreach (var field in batch.Schema.FieldsList)
        {
            await terminal.Out.WriteLineAsync($"    {field.Name}: {field.DataType}  {string.Join(", ", field.Metadata.Select(pair => $"{Key(pair.Key)}={pair.Value}"))}");
        }

        if (level >= Data)
        {
            await PrintRowsAsync(batch, entry);
        }
    }

    /// <summary>How many rows of a chunk are printed. Columns of nulls take no bytes: ten thousand of them would print gigabytes out of some hundred kilobytes.</summary>
    internal static int PrintedRows(int rows, int columns, long bytes) => (int)Math.Min(rows, (FreePrintedCells + bytes) / Math.Max(1, columns));

    private async Task PrintRowsAsync(RecordBatch batch, ChunkEntry entry)
    {
        var printed = PrintedRows(batch.Length, batch.ColumnCount, entry.UncompressedByteSize);
        var (columns, rows) = (Enumerable.Range(0, batch.ColumnCount), Enumerable.Range(0, printed));
        if (transposed)
        {
            foreach (var column in columns)
            {
                await terminal.Out.WriteLineAsync($"    {batch.Schema.GetFieldByIndex(column).Name}  {string.Join("  ", rows.Select(row => Cell(batch, column, row)))}");
            }

        }
        else
        {
            foreach (var row in rows)
            {
                await terminal.Out.WriteLineAsync($"    {string.Join("  ", columns.Select(column => Cell(batch, column, row)))}");
            }
        }

        if (printed < batch.Length)
        {
            await terminal.Out.WriteLineAsync($"    … and {batch.Length - printed:N0} more rows, whose {batch.ColumnCount:N0} columns have more cells than bytes");
        }
    }

    private string Key(string key) => !fullMetadata && key.StartsWith(KeyPrefix, StringComparison.Ordinal) ? key[KeyPrefix.Length..] : key;

    // The first column is that of the row ids in every form of a chunk but the oldest.
    private static string Cell(RecordBatch batch, int column, int row) => column == 0 && batch.Column(0) is FixedSizeBinaryArray { ByteWidth: Tuid.Size } ids
        ? Tuid.ReadBigEndian(ids.GetBytes(row)).ToRowId()
        : CellText.Of(batch.Column(column), row);

    private static async Task<RecordBatch> StoredAsync(FileBytes bytes, ChunkEntry entry, CancellationToken cancellationToken)
    {
        var payload = await ChunkSource.ReadPayloadAsync(bytes, entry, cancellationToken);
        return IpcPayload.ReadBatch(IpcPayload.Uncompress(payload.Bytes, payload.IsLz4 ? ArrowMsg.Lz4 : ArrowMsg.NoCompression, (ulong)payload.UncompressedSize, entry.ByteOffset), entry.ByteOffset);
    }
}
