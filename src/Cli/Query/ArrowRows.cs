using System.Buffers;
using Strata.Arrow;
using Strata.Web;

namespace Strata.Cli;

/// <summary>An Arrow IPC stream in a file, under its name only when it is whole.</summary>
internal sealed class ArrowRows(string file, Schema schema) : IRowWriter
{
    private const string StandardOutput = "-";
    private const string Unfinished = ".part";

    public async Task WriteAsync(IAsyncEnumerable<RecordBatch> batches, CancellationToken cancellationToken)
    {
        if (file == StandardOutput)
        {
            await using var output = Console.OpenStandardOutput();
            await WriteAsync(batches, output, cancellationToken);
            return;
        }

        var unfinished = file + Unfinished;
        try
        {
            await using (var output = new FileStream(unfinished, FileMode.Create, FileAccess.Write))
            {
                await WriteAsync(batches, output, cancellationToken);
            }

            File.Move(unfinished, file, overwrite: true);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or DirectoryNotFoundException)
        {
            throw new OperationException(OperationErrors.Invalid, $"--arrow: expected a file that can be written, found '{file}' ({e.Message.TrimEnd('.')})", "name a file in a folder that is there");
        }
        catch
        {
            File.Delete(unfinished);
            throw;
        }
    }

    private async Task WriteAsync(IAsyncEnumerable<RecordBatch> batches, Stream output, CancellationToken cancellationToken)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new ArrowStreamWriter(buffer, schema);
        await foreach (var batch in batches.WithCancellation(cancellationToken))
        {
            writer.WriteRecordBatch(batch);
            await output.WriteAsync(buffer.WrittenMemory, cancellationToken);
            buffer.ResetWrittenCount();
        }

        writer.WriteEnd();
        await output.WriteAsync(buffer.WrittenMemory, cancellationToken);
    }
}
