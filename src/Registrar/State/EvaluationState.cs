using System.Collections.Immutable;
using Strata.Contracts;

namespace Strata.Registrar;

/// <summary>How a rule was last decided about a segment.</summary>
/// <param name="Reason">Of a skip or a failure; null when it was done.</param>
internal sealed record SettledEvaluation(Sha256Digest WorkId, EvaluationKind Kind, string? Reason, int Attempt, Sha256Digest? OutputFingerprint, long Position);

internal enum EvaluationKind
{
    Done,
    Skipped,
    Failed,
}

/// <summary>The rules' decisions about one segment, or (in the stream with an empty segment) about schemas.</summary>
internal sealed record EvaluationState(
    ImmutableDictionary<string, SettledEvaluation> LatestByRule,
    ImmutableDictionary<(string Rule, int Revision, Sha256Digest Schema), long> SkippedSchemas)
{
    public static EvaluationState Empty { get; } = new(
        ImmutableDictionary.Create<string, SettledEvaluation>(StringComparer.Ordinal),
        ImmutableDictionary<(string Rule, int Revision, Sha256Digest Schema), long>.Empty);

    /// <summary>The latest decision of the rule when it was about this very work and came after the event that opened it, else null.</summary>
    public SettledEvaluation? Settled(Evaluation evaluation) =>
        LatestByRule.GetValueOrDefault(evaluation.Rule) is { } latest && latest.WorkId == evaluation.WorkId && latest.Position > evaluation.OpenedAtPosition ? latest : null;

    public EvaluationState Apply(StrataEvent @event, long position) => @event switch
    {
        DerivationDone done => With(done.Rule, new(done.WorkId, EvaluationKind.Done, null, done.Attempt, done.OutputFingerprint, position)),
        DerivationSkipped { WorkId: { } workId } skipped => With(skipped.Rule, new(workId, EvaluationKind.Skipped, skipped.Reason, 0, null, position)),
        DerivationSkipped { SchemaSha256: { } schema } skipped =>
            this with { SkippedSchemas = SkippedSchemas.SetItem((skipped.Rule, skipped.Revision, schema), position) },
        DerivationFailed failed => With(failed.Rule, new(failed.WorkId, EvaluationKind.Failed, failed.Reason, failed.Attempt, null, position)),
        _ => this,
    };

    private EvaluationState With(string rule, SettledEvaluation settled) => this with { LatestByRule = LatestByRule.SetItem(rule, settled) };
}
