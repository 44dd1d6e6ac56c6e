using Strata.Arrow;
using Strata.Rrd;
using Strata.Web;

namespace Strata.Cli;

/// <summary>The first rows as a table for people, and how many more there are.</summary>
internal sealed class RowPreview(Terminal terminal, Schema schema, string? index) : IRowWriter
{
    /// <summary>What one looks at, not what one reads.</summary>
    private const int ShownRows = 20;

    /// <summary>A cell of more is no text for a table.</summary>
    private const long MostShownBytes = 1_000;

    public async Task WriteAsync(IAsyncEnumerable<RecordBatch> batches, CancellationToken cancellationToken)
    {
        var first = new List<RecordBatch>();
        var (rows, shown) = (0L, 0);
        await foreach (var batch in batches.WithCancellation(cancellationToken))
        {
            rows += batch.Length;
            if (shown < ShownRows)
            {
                var part = batch.Slice(0, Math.Min(batch.Length, ShownRows - shown));
                first.Add(part);
                shown += part.Length;
            }
        }

        if (shown == 0)
        {
            return;
        }

        var columns = Enumerable.Range(0, schema.FieldCount).Select(column => Readable(ArrayConcatenator.Concatenate([.. first.Select(part => part.Column(column))]))).ToArray();
        var readable = new Schema(schema.FieldsList.Zip(columns, (field, column) => field.WithDataType(column.DataType)));
        TableOutput.Write(terminal, RecordBatchJson.ToTable(new RecordBatch(readable, columns, shown), position: 0), new TableShape([.. Telling()], Always: 2));
        if (rows > shown)
        {
            await terminal.Error.WriteLineAsync($"{Cells.Count(rows - shown, "more row")}: --json, --csv and --arrow FILE give all".AsMemory(), cancellationToken);
        }
    }

    /// <summary>What differs from row to row before what is static, which is the same in all of them.</summary>
    private IEnumerable<string> Telling() => schema.FieldsList.Where((field, column) => column == 0 || field.Name == index).Concat(
        schema.FieldsList.Where(field => field.Metadata.GetValueOrDefault(SorbetKeys.Kind) == SorbetKeys.KindData && !SorbetKeys.IsSet(field.Metadata, SorbetKeys.IsStatic))).Select(field => field.Name);

    /// <summary>Of images and the like only how large they are.</summary>
    private static IArrowArray Readable(IArrowArray column)
    {
        var isLarge = Enumerable.Range(0, column.Length).Any(row => ArraySizes.BytesOf(column, row, 1) > MostShownBytes);
        return isLarge ? StringArray.From([.. Enumerable.Range(0, column.Length).Select(row => column.IsNull(row) ? null : Cells.Bytes(ArraySizes.BytesOf(column, row, 1)))]) : column;
    }
}
