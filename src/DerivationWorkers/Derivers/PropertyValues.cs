using System.Collections.Immutable;
using Strata.Arrow;

namespace Strata.DerivationWorkers;

/// <summary>The components of a property that a deriver fills, and the layer that has nothing else.</summary>
internal sealed class PropertyValues
{
    private readonly List<(string Component, IArrowArray Values)> _components = [];
    private readonly List<double> _numbers = [];

    /// <summary>Null where it is not finite: a question that has no answer must not look like one.</summary>
    public PropertyValues Number(string component, double value) => Numbers(component, [value]);

    /// <summary>One a joint or an entity, each null where it is not finite.</summary>
    public PropertyValues Numbers(string component, ReadOnlySpan<double> values)
    {
        var finite = new double?[values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            finite[i] = double.IsFinite(values[i]) ? values[i] : null;
        }

        _numbers.AddRange(values);
        return Add(component, finite.Contains(null) ? DoubleArray.FromNullable(finite) : DoubleArray.From(values));
    }

    public PropertyValues Count(string component, long value) => Counts(component, [value]);

    public PropertyValues Counts(string component, ReadOnlySpan<long> values)
    {
        foreach (var value in values)
        {
            _numbers.Add(value);
        }

        return Add(component, Int64Array.From(values));
    }

    /// <summary>Null where there is none.</summary>
    public PropertyValues CountsOrNull(string component, ReadOnlySpan<long?> values)
    {
        foreach (var value in values)
        {
            _numbers.Add(value ?? double.NaN);
        }

        return Add(component, Int64Array.FromNullable(values));
    }

    public PropertyValues Flag(string component, bool value)
    {
        _numbers.Add(value ? 1 : 0);
        return Add(component, BooleanArray.From([value]));
    }

    /// <summary>Null where the question was asked and cannot be answered.</summary>
    public PropertyValues FlagOrNull(string component, bool? value)
    {
        _numbers.Add(value switch
        {
            true => 1,
            false => 0,
            null => double.NaN,
        });
        return Add(component, BooleanArray.FromNullable([value]));
    }

    public PropertyValues Text(string component, string value) => Texts(component, [value]);

    public PropertyValues Texts(string component, IReadOnlyList<string> values) => Add(component, StringArray.From([.. values]));

    /// <summary>The file: the property under the output layer's name, and where it comes from.</summary>
    public Derivation.Derived Write(DerivationRequest request, IDeriver deriver, long rowsUsed, DropCounts drops, string outcome = LayerFile.DerivedOutcome)
    {
        var provenance = LayerFile.Provenance(request, deriver, rowsUsed, drops);
        var json = DerivedLayer.Json(provenance);
        var layer = new DerivedLayer(DerivedIds.After(request.Inputs, request.Segment, json, [], _numbers.ToArray()));
        layer.AddProperty(request.OutputLayer, _components.ToImmutableArray());
        layer.AddProvenance(request.OutputLayer, json);
        return LayerFile.Write(request, layer, provenance, outcome);
    }

    private PropertyValues Add(string component, IArrowArray values)
    {
        _components.Add((component, values));
        return this;
    }
}
