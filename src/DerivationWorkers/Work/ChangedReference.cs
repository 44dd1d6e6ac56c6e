using Strata.Contracts;
using Strata.Recordings;

namespace Strata.DerivationWorkers;

/// <summary>What the log is told when the file of a reference is not what was registered, or is gone. Source: DESIGN §4.1.</summary>
internal static class ChangedReference
{
    /// <returns>Null when the fault says nothing of a reference: a copy is ours, and its loss is found by its hash.</returns>
    public static RecordingChanged? Of(LayerRegistered layer, Exception fault) =>
        fault is RecordingChangedException || (fault is RecordingMissingException && layer.Kept.Mode == KeepMode.Reference)
            ? new(layer.Dataset, layer.Segment, layer.Layer, layer.Fingerprint, layer.StorageUrl, fault.Message)
            : null;
}
