using System.Collections.Immutable;
using Strata.Contracts;
using Strata.Projections;
using Strata.Registrar;

namespace Strata.Web;

/// <summary>What the derivers' room says of rules before they are declared: the write side knows no derivers.</summary>
public interface IRuleDerivers
{
    IReadOnlyList<string> Names { get; }

    /// <returns>Null when they are fine; else expected, found and what to do.</returns>
    string? RefuseParameters(string deriver, CanonicalJson parameters);

    /// <param name="derivedInputs">The rule's inputs, all of which other rules of the dataset make.</param>
    /// <returns>Null when each name in the parameters can be there, or that cannot be known; else expected, found and what to do.</returns>
    string? RefuseNames(string deriver, CanonicalJson parameters, IReadOnlyList<string> derivedInputs);

    /// <summary>Names in the parameters that no property has. Unlike <see cref="RefuseNames"/>'s these may still come.</summary>
    /// <param name="columns">Of the dataset's segment table.</param>
    /// <param name="written">Names of the properties that rules of the dataset write.</param>
    /// <returns>In sentences, with the names that may have been meant.</returns>
    IReadOnlyList<string> WarnOfNames(string deriver, CanonicalJson parameters, ExpressionColumns columns, IReadOnlyList<string> written);

    /// <returns>Null: this program does not have it.</returns>
    int? VersionOf(string deriver);

    /// <returns>What the deriver writes into that layer; null when it is not here, or does not take these parameters.</returns>
    RuleOutputs? Outputs(string deriver, CanonicalJson parameters, string layer);

    /// <returns>The parameter that moves the entity paths that it writes; null: none does.</returns>
    string? EntityParameter(string deriver);

    /// <returns>With the values that are taken for what is left out, as far as the deriver can tell.</returns>
    CanonicalJson WithDefaults(string deriver, CanonicalJson parameters);
}

/// <summary>Completes definitions by what their derivers say, and refuses those that cannot work.</summary>
public sealed class RuleDefinitions(IRuleDerivers derivers)
{
    /// <param name="derivedLayers">Those that rules of the dataset make. Any other layer is a person's, and may have any properties.</param>
    /// <exception cref="OperationException">There is no such deriver, or its parameters cannot work.</exception>
    public RuleDefinition Complete(RuleDefinition definition, IReadOnlyCollection<string> derivedLayers)
    {
        ArgumentNullException.ThrowIfNull(definition);
        ArgumentNullException.ThrowIfNull(derivedLayers);
        var areDerived = definition.Inputs.All(derivedLayers.Contains);
        var refused = RefusalOf(definition.Deriver, definition.Parameters)
            ?? (areDerived ? derivers.RefuseNames(definition.Deriver, definition.Parameters, [.. definition.Inputs]) : null);
        return refused is { } refusal
            ? throw Refused($"rule '{definition.Rule}': {refusal}")
            : definition with
            {
                Outputs = derivers.Outputs(definition.Deriver, definition.Parameters, definition.OutputLayer),
                EntityParameter = derivers.EntityParameter(definition.Deriver),
            };
    }

    /// <returns>Null where there is such a deriver and it takes these parameters.</returns>
    internal string? RefusalOf(string deriver, CanonicalJson parameters) => derivers.Names.Contains(deriver, StringComparer.Ordinal)
        ? derivers.RefuseParameters(deriver, parameters)
        : $"there is no deriver '{deriver}'; there are: {string.Join(", ", derivers.Names.Select(n => $"'{n}'"))}";

    /// <summary>What a rule writes, also of one whose event does not say so.</summary>
    public RuleOutputs? OutputsOf(RuleRow rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        return rule.Outputs ?? derivers.Outputs(rule.Deriver, rule.Parameters, rule.OutputLayer);
    }

    /// <summary>By name, what those rules write whose events do not say so.</summary>
    internal ImmutableDictionary<string, RuleOutputs> OutputsUnsaid(IEnumerable<RuleRow> rules) => rules
        .Where(r => r.Outputs is null)
        .Select(r => (r.Rule, Outputs: OutputsOf(r)))
        .Where(r => r.Outputs is not null)
        .ToImmutableDictionary(r => r.Rule, r => r.Outputs!, StringComparer.Ordinal);

    internal static OperationException Refused(string message) => new(OperationErrors.Invalid, message, null);
}
