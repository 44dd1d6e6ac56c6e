using Google.Protobuf;
using Grpc.Core;
using Strata.Catalog.Protocol;
using Strata.Catalog.Reading;

namespace Strata.Catalog;

internal sealed partial class RerunCloudService
{
    /// <summary>Chunks as they lie in their files; one message is read while the one before it is sent, and no more. Source: catalog-protocol §2.15.</summary>
    public override async Task FetchChunks(FetchChunksRequest request, IServerStreamWriter<FetchChunksResponse> responseStream, ServerCallContext context)
    {
        var asked = await FetchRequest.ResolveAsync(request, Ports.ReadModels.Chunks, context.CancellationToken);
        using var reading = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken);
        using var files = new OpenedFiles(Ports.Recordings);
        try
        {
            files.RequireAll(asked.Layers.Select(l => l.Kept));
            await RelayAsync(asked, files, responseStream, reading);
        }
        catch (IOException fault) when (FetchedLayer.ChangeBehind(fault, asked.Layers) is { } changed)
        {
            await Ports.Registrar.RecordChangedAsync(changed, context.CancellationToken);
            throw;
        }
    }

    private static async Task RelayAsync(FetchRequest asked, OpenedFiles files, IServerStreamWriter<FetchChunksResponse> responseStream, CancellationTokenSource reading)
    {
        var batches = FetchPlan.Batches(asked.Layers, asked.Chunks).GetEnumerator();
        var next = ReadNextAsync();
        try
        {
            while (await next is { } batch)
            {
                next = ReadNextAsync();
                using (batch)
                {
                    await responseStream.WriteAsync(new() { Chunks = { batch.Messages.Select(UnsafeByteOperations.UnsafeWrap) } }, reading.Token);
                }
            }
        }
        finally
        {
            await reading.CancelAsync();
            await DropAsync(next);
            batches.Dispose();
        }

        Task<ReadBatch?> ReadNextAsync() => Task.Run(
            async () => batches.MoveNext() ? await ReadBatch.ReadAsync(batches.Current, asked.Layers, span => files.Open(span.File), reading.Token) : null,
            reading.Token);
    }

    /// <summary>Waits for what is being read when nobody wants it any more, so that its file is not closed under it.</summary>
    private static async Task DropAsync(Task<ReadBatch?> reading)
    {
        await reading.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        if (reading.IsCompletedSuccessfully)
        {
            (await reading)?.Dispose();
        }
    }
}
