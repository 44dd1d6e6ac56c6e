using System.Globalization;
using Strata.Contracts;
using Strata.EventStore;
using Strata.Projections;
using Strata.Recordings;
using Strata.Registrar;
using Strata.Rrd;
using Strata.Rrd.Dataframe;

namespace Strata.Web;

/// <summary>Why rows cannot be read, in the words that other readers of the same files use.</summary>
internal sealed class QueryFaults(IEventStore store, IRegistrar registrar)
{
    /// <exception cref="OperationException">The layer's file cannot be read.</exception>
    public async Task WatchAsync(LayerChunks layer, Func<Task> read, CancellationToken cancellationToken)
    {
        try
        {
            await read();
        }
        catch (IOException e)
        {
            throw await InWordsAsync(layer, e, cancellationToken);
        }
    }

    /// <exception cref="OperationException">A file of the segment cannot be read, or is not what was registered.</exception>
    public async Task<T> WatchAsync<T>(KeptSegment segment, Func<Task<T>> read, CancellationToken cancellationToken)
    {
        try
        {
            return await read();
        }
        catch (LayerFaultException e)
        {
            throw await InWordsAsync(e.Layer, e.InnerException!, cancellationToken);
        }
        catch (Exception e) when (e is DataframeException or RrdFormatException)
        {
            throw new OperationException(OperationErrors.FailedPrecondition, $"segment '{segment.Id}': {e.Message}", null);
        }
    }

    public async Task<OperationException> MissingSegmentAsync(QueryRequest request, DatasetEntry entry, string segment, CancellationToken cancellationToken)
    {
        var purged = (await PurgedSegments.ReadAsync(store, cancellationToken)).Since(entry.Source, entry.AsOf ?? 0).FirstOrDefault(p => p.Segment == segment);
        return purged is null
            ? new OperationException(OperationErrors.NotFound, $"there is no segment '{segment}' in dataset '{request.Dataset}'", $"strata segments {ShellWord.Of(request.Dataset)} lists them")
            : new OperationException(
                OperationErrors.NotFound,
                string.Create(CultureInfo.InvariantCulture, $"segment '{segment}' was purged at position {purged.Position} ({purged.Reason}); of what was recorded nothing is left"),
                null);
    }

    private async Task<OperationException> InWordsAsync(LayerChunks layer, Exception fault, CancellationToken cancellationToken)
    {
        var where = $"segment '{layer.Segment}', layer '{layer.Layer}'";
        switch (fault)
        {
            case RecordingMissingException when layer.Kept.Mode == KeepMode.Copy
                && await ReleasedContent.FindAsync(store, layer.Kept.Location, layer.Position, cancellationToken) is { } how:
                return new(OperationErrors.NotFound, $"{where}: {new RecordingReleasedException(layer.StorageUrl, how).Message}", "strata dataset pin keeps the bytes of a state");
            case RrdFormatException when layer.Kept.Mode == KeepMode.Copy:
                return new(OperationErrors.FailedPrecondition, $"{where}: the kept copy of recording '{layer.StorageUrl}' is damaged: {fault.Message}", "check the disk, and register the recording again with --on-duplicate replace");
            case RecordingChangedException or RecordingMissingException or RrdFormatException when layer.Kept.Mode == KeepMode.Reference:
                await registrar.RecordChangedAsync(new RecordingChanged(layer.Dataset, layer.Segment, layer.Layer, layer.Fingerprint, layer.StorageUrl, fault.Message), cancellationToken);
                break;
        }

        return new(OperationErrors.FailedPrecondition, $"{where}: {fault.Message}", "strata verify tells what else is not as it was registered");
    }
}
