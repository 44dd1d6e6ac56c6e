using System.Collections.Immutable;
using Strata.Registrar;

namespace Strata.Web;

/// <summary>Named sets of rules for a new dataset. The derivers' room says what is in them.</summary>
public sealed class RuleSets(ImmutableArray<RuleDefinition> howTo)
{
    public const string HowTo = "howto";
    public const string None = "none";

    public ImmutableArray<RuleDefinition> Named(string name) => name switch
    {
        HowTo => howTo,
        None => [],
        _ => throw new OperationException(OperationErrors.Invalid, $"rules: expected '{HowTo}' or '{None}', found '{name}'", null),
    };
}
