using System.Collections.Immutable;
using Strata.Contracts;

namespace Strata.Registrar;

/// <summary>Why a layer does not stand any more. A closed list.</summary>
public static class UnregisterReasons
{
    /// <summary>A person or tool asked for it.</summary>
    public const string Asked = "asked";

    /// <summary>A derived layer whose input is gone.</summary>
    public const string InputRemoved = "input_removed";

    /// <summary>A derived layer whose rule derives nothing from the present input.</summary>
    public const string InputChanged = "input_changed";

    /// <summary>A derived layer that gave way to the schema of a given one.</summary>
    public const string YieldedSchema = "yielded_schema";

    /// <summary>A derived layer whose rule was retired together with what it had made.</summary>
    public const string RuleRetired = "rule_retired";

    /// <summary>A given layer whose name a person gave back to the rule that writes it.</summary>
    public const string Adopted = "adopted";

    /// <summary>The segment's recordings were erased.</summary>
    public const string Purged = "purged";
}

/// <param name="DatasetEvents">Suppressions, for the dataset's stream.</param>
internal sealed record UnregisterDecision(ImmutableArray<LayerUnregistered> SegmentEvents, ImmutableArray<RuleSuppressed> DatasetEvents);

/// <summary>Takes layers away, and with them the derived layers that need them. Source: DESIGN rules 5 and 9, catalog-protocol §2.7.</summary>
public sealed partial record UnregisterLayers
{
    internal static UnregisterDecision Decide(SegmentState state, string segment, UnregisterLayers command)
    {
        var asked = command.Layers.IsEmpty
            ? [.. state.Layers.Values]
            : command.Layers.Distinct(StringComparer.Ordinal).Select(state.Find).OfType<StandingLayer>().ToImmutableArray();
        var removed = Remove(state, command.Dataset, segment, asked, UnregisterReasons.Asked, command.Source);
        var gone = removed.Select(r => r.Layer).ToHashSet(StringComparer.Ordinal);
        return new(removed, [.. asked.Where(a => StaysDerivable(a, gone)).Select(a => Suppress(command, segment, a))]);
    }

    /// <summary>The layers given and, after them, all that depend on them.</summary>
    internal static ImmutableArray<LayerUnregistered> Remove(
        SegmentState state,
        DatasetId dataset,
        string segment,
        ImmutableArray<StandingLayer> layers,
        string reason,
        EventSource source)
    {
        var dependants = state.DependantsOf(layers.Select(l => l.Event.Layer));
        return
        [
            .. layers.Select(l => new LayerUnregistered(dataset, segment, l.Event.Layer, l.Fingerprint, reason, source)),
            .. dependants.Select(d => new LayerUnregistered(dataset, segment, d.Event.Layer, d.Fingerprint, UnregisterReasons.InputRemoved, source)),
        ];
    }

    /// <summary>With an input gone as well there is nothing to derive from, and a suppression would only outlive its purpose.</summary>
    private static bool StaysDerivable(StandingLayer layer, HashSet<string> gone) =>
        layer.IsDerived && layer.Event.Provenance is { } provenance && !provenance.Inputs.Any(i => gone.Contains(i.Layer));

    private static RuleSuppressed Suppress(UnregisterLayers command, string segment, StandingLayer layer) =>
        new(command.Dataset, layer.Event.Provenance!.Rule, segment, $"layer '{layer.Event.Layer}' was unregistered by {command.Source.Kind}{Who(command.Source)}");

    private static string Who(EventSource source) => source.Who is { Length: > 0 } who ? $" ({who})" : "";
}
