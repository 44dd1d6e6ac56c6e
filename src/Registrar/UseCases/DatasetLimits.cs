using System.Globalization;
using Strata.Contracts;
using Strata.Rrd;

namespace Strata.Registrar;

/// <summary>What a dataset takes, by its kind. Source: catalog-protocol §5.1, §2.6.</summary>
/// <param name="Noun">What one of its segments is called.</param>
/// <param name="MaxSegmentBytes">Of all layers of one segment together.</param>
internal sealed record DatasetLimits(string Noun, StoreKind Stores, bool IsStaticOnly, long? MaxSegmentBytes, int? MaxSegments)
{
    private const long MebiByte = 1 << 20;

    private static readonly DatasetLimits Recordings = new("recording", StoreKind.Recording, IsStaticOnly: false, null, null);

    /// <summary>Rerun's own numbers: a viewer loads a blueprint whole before it shows anything.</summary>
    private static readonly DatasetLimits Blueprints = new("blueprint", StoreKind.Blueprint, IsStaticOnly: false, 25 * MebiByte, null);

    /// <summary>Rerun's own numbers: assets are loaded with each segment that they belong to.</summary>
    private static readonly DatasetLimits Assets = new("asset", StoreKind.Recording, IsStaticOnly: true, 300 * MebiByte, 12);

    public static DatasetLimits Of(DatasetKind kind) => kind switch
    {
        DatasetKind.Blueprint => Blueprints,
        DatasetKind.Asset => Assets,
        _ => Recordings,
    };

    /// <param name="alsoAdded">Bytes that the same call adds to the segment under other layer names.</param>
    /// <returns>Why the recording cannot be a layer of the segment, in Rerun's words; null when it can.</returns>
    public string? Refuse(SegmentState state, string segment, string layer, LayerContent content, long alsoAdded)
    {
        if (IsStaticOnly && content.IndexRanges.Count > 0)
        {
            return $"{Noun} datasets only accept static chunks, but {Noun} '{segment}' contains temporal data";
        }

        var size = content.SizeBytes + alsoAdded + state.Layers.Values.Where(l => l.Event.Layer != layer).Sum(l => l.Event.SizeBytes);
        return MaxSegmentBytes is { } limit && size > limit
            ? string.Create(CultureInfo.InvariantCulture, $"{Noun} '{segment}' would be {size} bytes, exceeding the {limit}-byte limit for {Noun} datasets")
            : null;
    }
}
