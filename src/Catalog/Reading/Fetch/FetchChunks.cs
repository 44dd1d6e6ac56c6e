using System.Runtime.ExceptionServices;
using Grpc.Core;
using Strata.Catalog.Protocol;
using Strata.Catalog.Reading;
using Strata.Catalog.Transport;
using Strata.Recordings;
using Strata.Registrar;

namespace Strata.Catalog;

internal sealed partial class RerunCloudService
{
    /// <summary>Chunks as they lie in their files. What can be told before the first of them is sent is told then. Source: catalog-protocol §2.15.</summary>
    public override async Task FetchChunks(FetchChunksRequest request, IServerStreamWriter<FetchChunksResponse> responseStream, ServerCallContext context)
    {
        var asked = await FetchRequest.ResolveAsync(request, Ports.ReadModels.Chunks, context.CancellationToken);
        foreach (var (dataset, newest) in asked.NewestOfDatasets())
        {
            await Ports.RequireFetchableAsync(context, dataset, newest);
        }

        using var files = new OpenedFiles(Ports.Recordings);
        var output = new MessagePieces(context);
        try
        {
            await files.RequireAllAsync(asked.Layers.Select(l => l.Kept), context.CancellationToken);
            using var sender = new ChunkSender(output, asked.Layers);
            foreach (var span in FetchPlan.Spans(asked.Layers, asked.Chunks))
            {
                context.CancellationToken.ThrowIfCancellationRequested();
                await sender.SendAsync(span, await files.OpenAsync(span.File, context.CancellationToken), context.CancellationToken);
            }

            await output.FlushAsync();
        }
        catch (IOException fault) when (FetchedLayer.ChangeBehind(fault, asked.Layers) is { } changed)
        {
            await Ports.Registrar.RecordChangedAsync(changed, context.CancellationToken);
            throw;
        }
        catch (RecordingMissingException fault)
        {
            var gone = await asked.Layers.ToAsyncEnumerable().FirstOrDefaultAsync(async (l, token) => !await Ports.Recordings.IsThereAsync(l.Kept, token), context.CancellationToken);
            if (gone is null)
            {
                ExceptionDispatchInfo.Throw(fault);
            }

            throw await ReleasedContent.FindAsync(Ports.Store, gone.Kept.Location, gone.Position, context.CancellationToken) is { } how
                ? new RecordingReleasedException(gone.StorageUrl, how)
                : new RecordingMissingException(gone.Kept.Location, $"the copy that was kept of {gone.StorageUrl} is lost; register that file again to put it back");
        }
        finally
        {
            output.CutOffUnfinished();
        }
    }
}
