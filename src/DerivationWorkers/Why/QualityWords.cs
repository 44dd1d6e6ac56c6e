using System.Globalization;
using Strata.Arrow;
using Strata.Contracts;

namespace Strata.DerivationWorkers;

/// <summary>The numbers behind a verdict of <see cref="QualityDeriver"/>, from properties and provenance alone: no recording is opened for them.</summary>
internal static class QualityWords
{
    /// <returns>
    /// Such as <c>; mean 0.172400 ≥ threshold 0.13 rad: not good</c>, or that the mean is not known: its input has none of its own, as a given layer may, or is another
    /// one by now. Empty for another deriver.
    /// </returns>
    public static string Of(WhyFacts facts, SegmentHistory segment, LayerRecord standing, Provenance provenance)
    {
        if (provenance is not { Deriver: QualityDeriver.DeriverName, Inputs: [var input, ..] })
        {
            return "";
        }

        var parameters = QualityParameters.Parse(provenance.Parameters);
        var threshold = string.Create(CultureInfo.InvariantCulture, $"threshold {parameters.Threshold} {parameters.Unit}");
        bool? isGood = Property(facts, standing.Layer.Layer, QualityDeriver.TrackingGood) is BooleanArray { Length: 1, NullCount: 0 } good ? good.GetValue(0) : null;
        var verdict = isGood switch { true => ": good", false => ": not good", null => "" };
        if (provenance.Inputs.Count > 1 && Property(facts, standing.Layer.Layer, QualityDeriver.WorstEntity) is StringArray { Length: 1 } worst)
        {
            return $"; {threshold}{verdict}; of {parameters.Entities.Count} errors {worst.GetString(0)} is the worst";
        }

        if (segment.Find(input.Layer)?.Layer.Fingerprint != input.Fingerprint)
        {
            return $"; {threshold}{verdict}; the mean is not told, since another layer '{input.Layer}' stands by now";
        }

        if (Property(facts, input.Layer, "mean") is not DoubleArray { Length: 1, NullCount: 0 } mean || (isGood is not null && isGood != mean.Values[0] < parameters.Threshold))
        {
            return $"; {threshold}{verdict}; the mean is not told, since layer '{input.Layer}' has no property of it: the verdict was computed from its rows";
        }

        return string.Create(CultureInfo.InvariantCulture, $"; mean {mean.Values[0]:F6} {(mean.Values[0] < parameters.Threshold ? '<' : '≥')} {threshold}{verdict}");
    }

    /// <summary>Why the verdict is left to a person, from what <see cref="QualityDeriver"/> counted and what its input's property says was dropped before it.</summary>
    /// <returns>Such as <c>; 12 of 100 rows could not be compared, more than maxDroppedFraction 0.05, so a person decides</c>; empty for another deriver.</returns>
    public static string OfReview(WhyFacts facts, SegmentHistory segment, Provenance provenance)
    {
        if (provenance is not { Deriver: QualityDeriver.DeriverName, Inputs: [var input, ..] })
        {
            return "";
        }

        var own = provenance.RowsDropped.Where(d => d.Reason != DropReasons.SupersededAtSameTime).Sum(d => d.Count);
        var before = segment.Find(input.Layer)?.Layer.Fingerprint == input.Fingerprint && Property(facts, input.Layer, TrackingProperty.RowsDropped) is Int64Array { Length: 1, NullCount: 0 } dropped
            ? Math.Max(0, dropped.Values[0])
            : 0;
        var fraction = QualityParameters.Parse(provenance.Parameters).MaxDroppedFraction;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"; {own + before} of {provenance.RowsUsed + own + before} rows could not be compared{(before > 0 ? $" ({before} of them already in layer '{input.Layer}')" : "")}, more than maxDroppedFraction {fraction}, so a person decides");
    }

    /// <summary>A property bears the name of its layer.</summary>
    internal static IArrowArray? Property(WhyFacts facts, string layer, string component) =>
        facts.Properties.TryGetValue(layer, out var properties)
        && properties.TryColumn($"property:{layer}:{component}") is ListArray { Length: 1, NullCount: 0 } list
            ? list.GetSlicedValues(0)
            : null;
}
