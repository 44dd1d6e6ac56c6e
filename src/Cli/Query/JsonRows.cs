using System.Text.Encodings.Web;
using System.Text.Json;
using Strata.Arrow;
using Strata.Web;

namespace Strata.Cli;

/// <summary>One JSON array of objects, a row a line: other than the small documents of other commands it may have a million of them.</summary>
internal sealed class JsonRows(Terminal terminal) : IRowWriter
{
    private static readonly JsonWriterOptions Written = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public async Task WriteAsync(IAsyncEnumerable<RecordBatch> batches, CancellationToken cancellationToken)
    {
        using var buffer = new MemoryStream();
        await using var writer = new Utf8JsonWriter(buffer, Written);
        var isFirst = true;
        await foreach (var batch in batches.WithCancellation(cancellationToken))
        {
            var write = RecordBatchJson.RowWriter(batch, Written.Encoder);
            for (var row = 0; row < batch.Length; row++)
            {
                buffer.Write(isFirst ? "[\n"u8 : ",\n"u8);
                isFirst = false;
                write(writer, row);
                writer.Flush();
                writer.Reset();
            }

            await PrintAsync(buffer, cancellationToken);
        }

        buffer.Write(isFirst ? "[]\n"u8 : "\n]\n"u8);
        await PrintAsync(buffer, cancellationToken);
        await terminal.Out.FlushAsync(cancellationToken);
    }

    private async Task PrintAsync(MemoryStream buffer, CancellationToken cancellationToken)
    {
        await terminal.Out.WriteAsync(System.Text.Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length).AsMemory(), cancellationToken);
        buffer.SetLength(0);
    }
}
