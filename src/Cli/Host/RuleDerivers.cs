using Strata.Contracts;
using Strata.DerivationWorkers;
using Strata.Web;

namespace Strata.Cli;

/// <summary>The derivers of this program, as the declaration of a rule asks for them.</summary>
internal sealed class RuleDerivers(DeriverRegistry registry) : IRuleDerivers
{
    public IReadOnlyList<string> Names => [.. registry.Names];

    public string? RefuseParameters(string deriver, CanonicalJson parameters) => registry.Find(deriver) is { } builtIn ? builtIn.RefuseParameters(parameters) : registry.FindOutside(deriver)?.RefuseParameters(parameters);
}
