using System.Text.Json;
using Strata.Registrar;

namespace Strata.Web;

/// <summary>What is null is taken from the rule as it stands; a rule that does not stand yet needs deriver, inputs and layer.</summary>
/// <param name="Layer">Into which the deriver writes.</param>
/// <param name="Parameters">All of them: an object.</param>
/// <param name="Set">Single members of the parameters, laid over <paramref name="Parameters"/>; null takes one away.</param>
/// <param name="Preset">What is null is taken from this preset instead, as it fits the dataset's recordings.</param>
public sealed record DeclareRuleRequest(
    string Dataset,
    string Rule,
    string? Deriver = null,
    IReadOnlyList<string>? Inputs = null,
    string? Layer = null,
    JsonElement? Parameters = null,
    IReadOnlyDictionary<string, JsonElement>? Set = null,
    string? Preset = null);

/// <param name="Changed">False: this very declaration stood already.</param>
/// <param name="SegmentsBefore">Segments that wait for a back-fill: their inputs stand already, and this revision does not apply to them by itself.</param>
/// <param name="Warnings">What is probably a mistake, or could not be checked, in sentences.</param>
public sealed record DeclareRuleResponse(
    string Rule, int Revision, bool Changed, string Deriver, IReadOnlyList<string> Inputs, string Layer, JsonElement Parameters, long SegmentsBefore, IReadOnlyList<string> Warnings);

/// <summary>Declares a rule or a new revision of it. It applies to what is registered from then on.</summary>
public sealed class DeclareRuleOperation(IRegistrar registrar, RuleDrafts drafts, RuleReach reach, RuleWarnings warnings, Catalog catalog) : IOperation<DeclareRuleRequest, DeclareRuleResponse>
{
    public static OperationRoute<DeclareRuleRequest, DeclareRuleResponse> Route { get; } = new(
        HttpMethod.Post, "/api/v1/datasets/{dataset}/rules", "Declare a rule or a new revision of it", ApiJson.Default.DeclareRuleRequest, ApiJson.Default.DeclareRuleResponse);

    public async Task<DeclareRuleResponse> RunAsync(DeclareRuleRequest request, Asker asker, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        var entry = await catalog.RequireChangeableAsync(request.Dataset, asker, cancellationToken);
        var draft = await drafts.MakeAsync(entry, request, cancellationToken);
        var (definition, standing) = draft;
        var declared = await registrar.DeclareRuleAsync(new DeclareRule(entry.Dataset, definition, asker.Source) { OutputsOfOthers = draft.OutputsOfOthers }, cancellationToken);
        var changed = declared.Revision != standing?.Revision;
        return new(
            declared.Rule,
            declared.Revision,
            changed,
            declared.Deriver,
            [.. declared.Inputs],
            declared.OutputLayer,
            JsonElement.Parse(declared.Parameters.Text),
            changed ? await reach.CountBeforeAsync(entry.Dataset, declared, cancellationToken) : 0,
            await warnings.OfAsync(entry.Dataset, definition, draft.Written, draft.Others, cancellationToken));
    }
}
