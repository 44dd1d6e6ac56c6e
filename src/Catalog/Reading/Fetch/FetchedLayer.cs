using Strata.Contracts;
using Strata.Projections;
using Strata.Recordings;
using Strata.Rrd;

namespace Strata.Catalog.Reading;

/// <summary>A layer whose chunks are sent: what is needed to open its file and to say what is wrong with it.</summary>
internal sealed record FetchedLayer(
    DatasetId Dataset,
    string Segment,
    string Layer,
    string ApplicationId,
    string StorageUrl,
    KeptBytes Kept,
    Sha256Digest Fingerprint,
    long Position)
{
    public static FetchedLayer Of(LayerChunks layer) =>
        new(layer.Dataset, layer.Segment, layer.Layer, layer.ApplicationId, layer.StorageUrl, layer.Kept, layer.Fingerprint, layer.Position);

    public StoreId Store => StoreId.Recording(ApplicationId, Segment);

    /// <summary>What a client is told when the file's bytes are not those that its index promises.</summary>
    public Exception NotAsRegistered(RrdFormatException fault) => Kept.Mode == KeepMode.Reference
        ? new RecordingChangedException(Kept.Location, fault.Message)
        : new RecordingDamagedException(StorageUrl, fault);

    /// <summary>What the log is told of a fault; null when it says nothing of a reference of these layers: a copy is ours, and its loss is found by its hash. Source: DESIGN §4.1.</summary>
    public static RecordingChanged? ChangeBehind(Exception fault, IEnumerable<FetchedLayer> layers)
    {
        var location = fault switch
        {
            RecordingChangedException changed => changed.Location,
            RecordingMissingException missing => missing.Location,
            _ => null,
        };
        return layers.FirstOrDefault(l => l.Kept.Mode == KeepMode.Reference && l.Kept.Location == location) is { } layer
            ? new(layer.Dataset, layer.Segment, layer.Layer, layer.Fingerprint, layer.StorageUrl, fault.Message)
            : null;
    }
}

/// <summary>Our own copy of a recording does not hold what was written into it.</summary>
internal sealed class RecordingDamagedException(string storageUrl, RrdFormatException fault)
    : IOException($"the kept copy of recording '{storageUrl}' is damaged: {fault.Message} Check the disk, and register the recording again with REPLACE", fault);
