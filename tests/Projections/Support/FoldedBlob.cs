using Strata.Contracts;

namespace Strata.Projections.Tests.Support;

/// <summary>The blob of an event that the folds look into.</summary>
internal static class FoldedBlob
{
    public static Sha256Digest? Of(StrataEvent @event) => @event switch
    {
        LayerRegistered layer => layer.PropertiesBlob,
        SegmentPropertiesSet set => set.PropertiesBlob,
        _ => null,
    };
}
