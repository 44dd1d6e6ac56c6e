using Strata.Contracts;
using Strata.DerivationWorkers;
using Strata.Web;

namespace Strata.Cli;

/// <summary>The derivers of this program, as the declaration of a rule asks for them.</summary>
internal sealed class RuleDerivers(DeriverRegistry registry) : IRuleDerivers
{
    public IReadOnlyList<string> Names => [.. registry.Names];

    public string? RefuseParameters(string deriver, CanonicalJson parameters) =>
        registry.Find(deriver) is { } builtIn ? builtIn.RefuseParameters(parameters) : registry.FindOutside(deriver)?.RefuseParameters(parameters);

    public string? RefuseNames(string deriver, CanonicalJson parameters, IReadOnlyList<string> derivedInputs) => registry.Find(deriver)?.RefuseNames(parameters, derivedInputs);

    public IReadOnlyList<string> WarnOfNames(string deriver, CanonicalJson parameters, ExpressionColumns columns, IReadOnlyList<string> written) =>
        Taking(deriver, parameters)?.WarnOfNames(parameters, columns, written) ?? [];

    public int? VersionOf(string deriver) => registry.Find(deriver)?.Version ?? registry.FindOutside(deriver)?.Version;

    public RuleOutputs? Outputs(string deriver, CanonicalJson parameters, string layer) =>
        registry.FindOutside(deriver) is { } outside ? OutputsOf(outside.Definition, layer) : Taking(deriver, parameters)?.Outputs(parameters, layer);

    public string? EntityParameter(string deriver) => registry.Find(deriver)?.EntityParameter;

    public CanonicalJson WithDefaults(string deriver, CanonicalJson parameters) => Taking(deriver, parameters)?.WithDefaults(parameters) ?? parameters;

    /// <summary>A rule may have been declared with parameters that an earlier version of its deriver took.</summary>
    private IDeriver? Taking(string deriver, CanonicalJson parameters) => registry.Find(deriver) is { } found && found.RefuseParameters(parameters) is null ? found : null;

    /// <summary>What its author declared is where it may write, with all below.</summary>
    private static RuleOutputs OutputsOf(OutsideDefinition definition, string layer)
    {
        var entities = definition.OutputsOf(layer).ToLookup(entity => entity.IsProperty);
        return new([.. entities[false].Select(entity => entity + RuleOutputs.AndBelow)], [.. entities[true].Select(entity => string.Join('/', entity.Parts.Skip(1)))]);
    }
}
