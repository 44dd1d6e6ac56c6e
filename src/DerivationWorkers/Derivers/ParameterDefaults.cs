using System.Text.Json.Nodes;
using Strata.Contracts;

namespace Strata.DerivationWorkers;

/// <summary>Puts beside a rule's parameters what is taken for those that it leaves out.</summary>
internal static class ParameterDefaults
{
    /// <param name="defaults">Null: there is none.</param>
    public static CanonicalJson Add(CanonicalJson parameters, params ReadOnlySpan<(string Name, JsonNode? Value)> defaults)
    {
        var members = JsonNode.Parse(parameters.Text)!.AsObject();
        foreach (var (name, value) in defaults)
        {
            if (value is not null && members[name] is null)
            {
                members[name] = value;
            }
        }

        return CanonicalJson.Parse(members.ToJsonString());
    }
}
