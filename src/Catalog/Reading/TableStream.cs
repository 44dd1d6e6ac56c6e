using Grpc.Core;
using Strata.Arrow;
using Strata.Catalog.Dataframes;
using Strata.Catalog.Protocol;

namespace Strata.Catalog.Reading;

internal static class TableStream
{
    /// <summary>One message a batch; only the first one tells which state of the dataset it is of. Source: catalog-protocol §11.2.</summary>
    /// <param name="message">Of one part of the table.</param>
    public static async Task SendTableAsync<TResponse>(
        this IServerStreamWriter<TResponse> stream,
        Projections.DatasetEntry dataset,
        IAsyncEnumerable<RecordBatch> batches,
        Func<DataframePart, DatasetResponseMeta?, TResponse> message,
        CancellationToken cancellationToken)
    {
        var meta = dataset.ToMeta();
        await foreach (var rows in batches.WithCancellation(cancellationToken))
        {
            await stream.WriteAsync(message(rows.ToPart(), meta), cancellationToken);
            meta = null;
        }
    }
}
