using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Strata.Arrow;
using Strata.Web;

namespace Strata.Cli;

/// <summary>RFC 4180: a head of column names, then a line a row. Texts as they are, lists and structs as JSON, times as nanoseconds, nothing for a null.</summary>
internal sealed class CsvRows(Terminal terminal, Schema schema) : IRowWriter
{
    private static readonly JsonWriterOptions Written = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly SearchValues<char> Quoted = SearchValues.Create(",\"\r\n");

    public async Task WriteAsync(IAsyncEnumerable<RecordBatch> batches, CancellationToken cancellationToken)
    {
        var lines = new StringBuilder();
        AppendLine(lines, schema.FieldsList.Select(field => field.Name));
        await foreach (var batch in batches.WithCancellation(cancellationToken))
        {
            var cells = batch.Arrays.Select(TextOf).ToArray();
            for (var row = 0; row < batch.Length; row++)
            {
                var at = row;
                AppendLine(lines, cells.Select(cell => cell(at)));
            }

            await PrintAsync(lines, cancellationToken);
        }

        await PrintAsync(lines, cancellationToken);
        await terminal.Out.FlushAsync(cancellationToken);
    }

    private static void AppendLine(StringBuilder lines, IEnumerable<string> cells)
    {
        var isFirst = true;
        foreach (var cell in cells)
        {
            lines.Append(isFirst ? "" : ",");
            isFirst = false;
            if (cell.AsSpan().ContainsAny(Quoted))
            {
                lines.Append('"').Append(cell.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
            }
            else
            {
                lines.Append(cell);
            }
        }

        lines.Append("\r\n");
    }

    private static Func<int, string> TextOf(IArrowArray column)
    {
        var write = RecordBatchJson.CellWriter(column);
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new Utf8JsonWriter(buffer, Written);
        return row =>
        {
            if (column.IsNull(row))
            {
                return "";
            }

            if (column is StringArray texts)
            {
                return texts.GetString(row)!;
            }

            buffer.ResetWrittenCount();
            writer.Reset();
            write(writer, row);
            writer.Flush();
            return Encoding.UTF8.GetString(buffer.WrittenSpan);
        };
    }

    private async Task PrintAsync(StringBuilder lines, CancellationToken cancellationToken)
    {
        await terminal.Out.WriteAsync(lines, cancellationToken);
        lines.Clear();
    }
}
