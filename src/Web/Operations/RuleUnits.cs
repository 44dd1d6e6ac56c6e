using System.Text.Json;
using Strata.Contracts;

namespace Strata.Web;

/// <summary>The unit of what a rule computes with, which its parameters declare.</summary>
internal static class RuleUnits
{
    private const string Member = "unit";

    /// <returns>Null where the deriver has none.</returns>
    public static string? Of(IRuleDerivers derivers, string deriver, CanonicalJson parameters) =>
        JsonElement.Parse(derivers.WithDefaults(deriver, parameters).Text) is { ValueKind: JsonValueKind.Object } filled && filled.TryGetProperty(Member, out var unit) ? unit.GetString() : null;
}
