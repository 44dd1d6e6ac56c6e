using Strata.Contracts;
using Strata.Rrd;

namespace Strata.DerivationWorkers;

/// <summary>What all derivers share when they write: where a layer comes from, and its file.</summary>
internal static class LayerFile
{
    public const string DerivedOutcome = "derived";

    /// <summary>A person should look: the answer could not be told.</summary>
    public const string ReviewOutcome = "review";

    public static Provenance Provenance(DerivationRequest request, IDeriver deriver, long rowsUsed, DropCounts drops) => new(
        request.Rule,
        request.Revision,
        deriver.Name,
        deriver.Version,
        DerivedLayer.WriterProfile,
        request.Parameters,
        request.Inputs.Select(input => new DerivationInput(input.Layer, input.Fingerprint)).ToEquatableArray(),
        rowsUsed,
        drops.ToList());
}

/// <summary>Components of the property that <see cref="TrackingErrorDeriver"/> writes and <see cref="QualityDeriver"/> reads.</summary>
internal static class TrackingProperty
{
    public const string RowsUsed = "rows_used";
    public const string RowsDropped = "rows_dropped";
    public const string Unit = "unit";
}
