using System.Text.Json;
using System.Text.Json.Nodes;
using Strata.Contracts;
using Strata.Projections;
using Strata.Registrar;

namespace Strata.Web;

/// <summary>What is null is taken from the rule as it stands; a rule that does not stand yet needs deriver, inputs and layer.</summary>
/// <param name="Layer">Into which the deriver writes.</param>
/// <param name="Parameters">All of them: an object.</param>
/// <param name="Set">Single members of the parameters, laid over <paramref name="Parameters"/>; null takes one away.</param>
public sealed record DeclareRuleRequest(
    string Dataset,
    string Rule,
    string? Deriver = null,
    IReadOnlyList<string>? Inputs = null,
    string? Layer = null,
    JsonElement? Parameters = null,
    IReadOnlyDictionary<string, JsonElement>? Set = null);

/// <param name="Changed">False: this very declaration stood already.</param>
/// <param name="SegmentsBefore">Segments that wait for a back-fill: their inputs stand already, and this revision does not apply to them by itself.</param>
public sealed record DeclareRuleResponse(
    string Rule, int Revision, bool Changed, string Deriver, IReadOnlyList<string> Inputs, string Layer, JsonElement Parameters, long SegmentsBefore);

/// <summary>What the derivers' room says of parameters before a rule with them is declared: the write side knows no derivers.</summary>
public interface IRuleDerivers
{
    IReadOnlyList<string> Names { get; }

    /// <returns>Null when they are fine; else expected, found and what to do.</returns>
    string? RefuseParameters(string deriver, CanonicalJson parameters);

    /// <returns>Null: this program does not have it.</returns>
    int? VersionOf(string deriver);
}

/// <summary>Declares a rule or a new revision of it. It applies to what is registered from then on.</summary>
public sealed class DeclareRuleOperation(IRegistrar registrar, IRuleDerivers derivers, RuleReach reach, Catalog catalog) : IOperation<DeclareRuleRequest, DeclareRuleResponse>
{
    public static OperationRoute<DeclareRuleRequest, DeclareRuleResponse> Route { get; } = new(
        HttpMethod.Post, "/api/v1/datasets/{dataset}/rules", "Declare a rule or a new revision of it", ApiJson.Default.DeclareRuleRequest, ApiJson.Default.DeclareRuleResponse);

    public async Task<DeclareRuleResponse> RunAsync(DeclareRuleRequest request, Asker asker, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        var entry = await catalog.RequireChangeableAsync(request.Dataset, asker, cancellationToken);
        var rules = await (await catalog.CaughtUpAsync(cancellationToken)).Rules.ReadAsync(entry.Dataset, asOf: null, cancellationToken);
        var standing = rules.FirstOrDefault(r => string.Equals(r.Rule, request.Rule, StringComparison.Ordinal));
        var definition = Define(request, standing);
        RefuseDeriver(definition);

        var declared = await registrar.DeclareRuleAsync(new DeclareRule(entry.Dataset, definition, asker.Source), cancellationToken);
        var changed = declared.Revision != standing?.Revision;
        return new(
            declared.Rule,
            declared.Revision,
            changed,
            declared.Deriver,
            [.. declared.Inputs],
            declared.OutputLayer,
            JsonElement.Parse(declared.Parameters.Text),
            changed ? await reach.CountBeforeAsync(entry.Dataset, declared, cancellationToken) : 0);
    }

    private static RuleDefinition Define(DeclareRuleRequest request, RuleRow? standing)
    {
        var missing = new (string Option, bool Missing)[]
        {
            ("--deriver", (request.Deriver ?? standing?.Deriver) is null),
            ("--input", request.Inputs is not { Count: > 0 } && standing is null),
            ("--output", (request.Layer ?? standing?.OutputLayer) is null),
        };
        if (missing.Where(m => m.Missing).Select(m => m.Option).ToArray() is { Length: > 0 } options)
        {
            throw Refused($"rule '{request.Rule}' does not stand in dataset '{request.Dataset}' yet; to declare it {string.Join(", ", options)} must be told");
        }

        return new(
            request.Rule,
            request.Deriver ?? standing!.Deriver,
            request.Inputs is { Count: > 0 } inputs ? [.. inputs] : standing!.Inputs,
            request.Layer ?? standing!.OutputLayer,
            Parameters(request, standing));
    }

    private static CanonicalJson Parameters(DeclareRuleRequest request, RuleRow? standing)
    {
        try
        {
            var whole = request.Parameters is { } told ? CanonicalJson.From(told) : standing?.Parameters ?? CanonicalJson.EmptyObject;
            if (request.Set is not { Count: > 0 } members)
            {
                return whole;
            }

            if (JsonNode.Parse(whole.Text) is not JsonObject parameters)
            {
                throw Refused($"parameters: expected an object, found {whole}");
            }

            foreach (var (name, value) in members)
            {
                parameters.Remove(name);
                if (value.ValueKind != JsonValueKind.Null)
                {
                    parameters.Add(name, JsonNode.Parse(value.GetRawText()));
                }
            }

            return CanonicalJson.Parse(parameters.ToJsonString());
        }
        catch (JsonException e)
        {
            throw Refused($"parameters: {e.Message}");
        }
    }

    private void RefuseDeriver(RuleDefinition definition)
    {
        if (!derivers.Names.Contains(definition.Deriver, StringComparer.Ordinal))
        {
            throw Refused($"there is no deriver '{definition.Deriver}'; there are: {string.Join(", ", derivers.Names.Select(n => $"'{n}'"))}");
        }

        if (derivers.RefuseParameters(definition.Deriver, definition.Parameters) is { } refusal)
        {
            throw Refused($"rule '{definition.Rule}': {refusal}");
        }
    }

    private static OperationException Refused(string message) => new(OperationErrors.Invalid, message, null);
}
