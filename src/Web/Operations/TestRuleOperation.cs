using System.Text.Json;
using Strata.Arrow;
using Strata.Contracts;
using Strata.Projections;
using Strata.Registrar;

namespace Strata.Web;

/// <summary>A rule as <see cref="DeclareRuleRequest"/> tells it, which need not stand, and a segment to try it on.</summary>
public sealed record TestRuleRequest(
    string Dataset,
    string Rule,
    string Segment,
    string? Deriver = null,
    IReadOnlyList<string>? Inputs = null,
    string? Layer = null,
    JsonElement? Parameters = null,
    IReadOnlyDictionary<string, JsonElement>? Set = null,
    string? Preset = null);

/// <param name="Declared">Whether this very declaration stands.</param>
/// <param name="Outcome"><c>derived, review, skipped, failed</c>: what an evaluation would come to.</param>
/// <param name="Command">That would mend a skip, without the leading <c>strata</c>; null where none is known.</param>
/// <param name="Properties">The components of the layer's property, each a list.</param>
/// <param name="Series">What the layer would hold over time.</param>
public sealed record TestRuleResponse(
    string Rule,
    bool Declared,
    string Segment,
    string Deriver,
    IReadOnlyList<string> Inputs,
    string Layer,
    JsonElement Parameters,
    string Outcome,
    string? Reason,
    string? Detail,
    string? Command,
    long RowsUsed,
    IReadOnlyDictionary<string, long> RowsDropped,
    IReadOnlyDictionary<string, JsonElement> Properties,
    IReadOnlyList<TrialSeriesLine> Series,
    IReadOnlyList<string> Warnings,
    long SizeBytes,
    double LoadingMs,
    double DerivingMs);

/// <param name="From">The first time, in the index's unit.</param>
/// <param name="Bins">At most <see cref="MaxBins"/>, each of as many rows.</param>
public sealed record TrialSeriesLine(string Entity, string Index, long Rows, long From, long To, double Mean, IReadOnlyList<TrialBin> Bins)
{
    /// <summary>As many as a terminal has dots in a line: each has its own range, so no peak is lost.</summary>
    public const int MaxBins = 144;
}

/// <param name="At">Time of the first row.</param>
public sealed record TrialBin(long At, double Min, double Max);

/// <param name="Properties">All values of each component.</param>
public sealed record RuleTrialAnswer(
    string Outcome,
    string? Reason,
    string? Detail,
    string? Command,
    long RowsUsed,
    IReadOnlyDictionary<string, long> RowsDropped,
    IReadOnlyList<(string Component, IArrowArray Values)> Properties,
    IReadOnlyList<TrialSeriesLine> Series,
    IReadOnlyList<string> Warnings,
    long SizeBytes,
    double LoadingMs,
    double DerivingMs);

/// <summary>Computes what a rule would derive: what wants the derivers' room to do.</summary>
public interface IRuleTrials
{
    /// <returns>Null: there is no such segment.</returns>
    Task<RuleTrialAnswer?> RunAsync(DatasetEntry dataset, string segment, RuleDefinition rule, int revision, CancellationToken cancellationToken);
}

/// <summary>Tries a rule on a segment. Registers nothing, writes nothing; but it runs code with what is told, so it is for who may declare the rule.</summary>
public sealed class TestRuleOperation(Catalog catalog, RuleDrafts drafts, IRuleTrials trials) : IOperation<TestRuleRequest, TestRuleResponse>
{
    public static OperationRoute<TestRuleRequest, TestRuleResponse> Route { get; } = new(
        HttpMethod.Post, "/api/v1/datasets/{dataset}/rules/test", "What a rule would derive of a segment, without deriving it", ApiJson.Default.TestRuleRequest, ApiJson.Default.TestRuleResponse);

    public async Task<TestRuleResponse> RunAsync(TestRuleRequest request, Asker asker, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        var entry = await catalog.RequireDatasetAsync(request.Dataset, asker, cancellationToken);
        var wanted = new DeclareRuleRequest(
            request.Dataset,
            request.Rule,
            request.Deriver,
            request.Inputs,
            // Where it would be written matters to nobody who only looks.
            request.Layer ?? (request.Deriver is null ? null : request.Rule),
            request.Parameters,
            request.Set,
            request.Preset);
        var (rule, standing) = await drafts.MakeAsync(entry, wanted, cancellationToken);
        var isDeclared = standing is not null && standing.Deriver == rule.Deriver && standing.Inputs == rule.Inputs && standing.OutputLayer == rule.OutputLayer && standing.Parameters == rule.Parameters;
        var answer = await trials.RunAsync(entry, request.Segment, rule, standing?.Revision ?? 1, cancellationToken)
            ?? throw new OperationException(OperationErrors.NotFound, $"dataset '{request.Dataset}' has no segment '{request.Segment}'", $"strata segments {ShellWord.Of(request.Dataset)}");
        return new(
            rule.Rule,
            isDeclared,
            request.Segment,
            rule.Deriver,
            [.. rule.Inputs],
            rule.OutputLayer,
            JsonElement.Parse(rule.Parameters.Text),
            answer.Outcome,
            answer.Reason,
            answer.Detail,
            answer.Command,
            answer.RowsUsed,
            answer.RowsDropped,
            answer.Properties.ToDictionary(p => p.Component, p => RecordBatchJson.ToElement(p.Values), StringComparer.Ordinal),
            answer.Series,
            answer.Warnings,
            answer.SizeBytes,
            answer.LoadingMs,
            answer.DerivingMs);
    }
}
