using System.Buffers;
using Strata.Arrow;

namespace Strata.Web;

/// <summary>Streams the rows of this process's datasets, for one who asks.</summary>
public sealed class DataframeStreams(DatasetQueries queries, Asker asker) : IDataframeStreams
{
    public async Task WriteAsync(QueryRequest request, Stream to, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(to);
        try
        {
            var query = await queries.OpenAsync(request, asker, cancellationToken);
            var buffer = new ArrayBufferWriter<byte>();
            var writer = new ArrowStreamWriter(buffer, query.Schema.Arrow);
            await foreach (var batch in query.ReadAsync(cancellationToken))
            {
                writer.WriteRecordBatch(batch);
                await FlushAsync(buffer, to, cancellationToken);
            }

            writer.WriteEnd();
            await FlushAsync(buffer, to, cancellationToken);
        }
        catch (Exception e) when (OperationFaults.TryTranslate(e, nextIfLost: null) is { } translated)
        {
            throw translated;
        }
    }

    private static async Task FlushAsync(ArrayBufferWriter<byte> buffer, Stream to, CancellationToken cancellationToken)
    {
        await to.WriteAsync(buffer.WrittenMemory, cancellationToken);
        await to.FlushAsync(cancellationToken);
        buffer.ResetWrittenCount();
    }
}
