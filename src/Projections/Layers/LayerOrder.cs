using System.Text;

namespace Strata.Projections.Layers;

/// <summary>The order of a segment's layers: by registration time, then by name; the last one's properties win. Source: catalog-protocol §2.9, §6.4.</summary>
internal static class LayerOrder
{
    public static int Compare(long recordedAtNs, string layer, long otherRecordedAtNs, string otherLayer) =>
        recordedAtNs != otherRecordedAtNs ? recordedAtNs.CompareTo(otherRecordedAtNs) : Encoding.UTF8.GetBytes(layer).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(otherLayer));
}
