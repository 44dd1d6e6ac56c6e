using System.Text.Json;
using Strata.Contracts;
using Strata.Registrar;

namespace Strata.Web;

/// <summary>The unit of what a rule computes with, which its parameters declare.</summary>
internal static class RuleUnits
{
    private const string Member = "unit";

    /// <returns>Null where the deriver has none.</returns>
    public static string? Of(IRuleDerivers derivers, string deriver, CanonicalJson parameters) =>
        JsonElement.Parse(derivers.WithDefaults(deriver, parameters).Text) is { ValueKind: JsonValueKind.Object } filled && filled.TryGetProperty(Member, out var unit) ? unit.GetString() : null;

    /// <returns>Null where the one rule can read what the other one writes; else what is wrong, in a sentence.</returns>
    public static string? Clash(IRuleDerivers derivers, RuleDefinition writer, RuleDefinition reader) =>
        reader.Inputs.Contains(writer.OutputLayer)
        && Of(derivers, writer.Deriver, writer.Parameters) is { } written && Of(derivers, reader.Deriver, reader.Parameters) is { } read && written != read
            ? $"unit: rule '{writer.Rule}' writes layer '{writer.OutputLayer}' in {written}, and rule '{reader.Rule}' reads it in {read}: declare both in one unit"
            : null;
}
