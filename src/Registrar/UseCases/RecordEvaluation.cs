using System.Collections.Immutable;
using Strata.Contracts;

namespace Strata.Registrar;

/// <summary>The statuses of an <see cref="EvaluationAnswer"/>.</summary>
public static class EvaluationStatus
{
    public const string Recorded = "recorded";
    public const string Known = "known";
    public const string Superseded = "superseded";
    public const string Given = "given";
}

/// <param name="Status">One of <see cref="EvaluationStatus"/>.</param>
/// <param name="EvaluationEvents">For the evaluation stream; of the dataset as a whole when the decision is about a schema.</param>
/// <param name="KnownPosition">Where it was decided before.</param>
internal sealed record EvaluationDecision(
    string Status,
    ImmutableArray<StrataEvent> SegmentEvents,
    ImmutableArray<StrataEvent> EvaluationEvents,
    long KnownPosition)
{
    public static EvaluationDecision Superseded { get; } = new(EvaluationStatus.Superseded, [], [], 0);

    public static EvaluationDecision Known(long position) => new(EvaluationStatus.Known, [], [], position);
}

/// <summary>What three streams hold about one segment when a rule's result arrives.</summary>
/// <param name="Schemas">The stream of decisions about schemas.</param>
internal sealed record EvaluationContext(DatasetState Dataset, SegmentState Segment, EvaluationState Evaluations, EvaluationState Schemas);

/// <summary>Records what a rule came to, and registers its layer. Source: DESIGN rules 5, 6, 8 and 9.</summary>
internal static class RecordEvaluation
{
    /// <param name="content">Of a derived layer; null for the other evaluations.</param>
    /// <param name="schemaConflict">How the layer's schema contradicts those of given layers; null when it fits.</param>
    public static EvaluationDecision Decide(EvaluationContext context, Evaluation evaluation, LayerContent? content, string? schemaConflict) => evaluation switch
    {
        _ when !IsCurrent(context, evaluation) => EvaluationDecision.Superseded,
        Evaluation.Derived derived => DecideDerived(context, derived, content ?? throw new ArgumentNullException(nameof(content)), schemaConflict),
        Evaluation.Skipped { ForSchema: { } schema } skipped => DecideSchema(context, skipped, schema),
        Evaluation.Skipped skipped => DecideSkipped(context, skipped),
        Evaluation.Failed failed => DecideFailed(context, failed),
        _ => throw new InvalidOperationException($"evaluation of type {evaluation.GetType().Name} is not known"),
    };

    /// <summary>The dataset is there, the rule stands in this revision, no person has taken its layer away, and each input is what stands now.</summary>
    private static bool IsCurrent(EvaluationContext context, Evaluation evaluation)
    {
        if (context.Dataset.IsDeleted
            || context.Dataset.Rules.GetValueOrDefault(evaluation.Rule) is not { } rule
            || rule.Revision != evaluation.Revision
            || context.Dataset.IsSuppressed(evaluation.Rule, evaluation.Segment, context.Segment, evaluation.Inputs))
        {
            return false;
        }

        foreach (var input in evaluation.Inputs)
        {
            if (context.Segment.Find(input.Layer)?.Fingerprint != input.Fingerprint)
            {
                return false;
            }
        }

        return true;
    }

    private static EvaluationDecision DecideDerived(EvaluationContext context, Evaluation.Derived derived, LayerContent content, string? schemaConflict)
    {
        var settled = context.Evaluations.Settled(derived);
        var standing = context.Segment.Find(derived.OutputLayer);
        if (settled is { Kind: EvaluationKind.Done } && standing is not null && standing.IsMadeBy(derived.Rule) && standing.Fingerprint == settled.OutputFingerprint)
        {
            return EvaluationDecision.Known(settled.Position);
        }

        if (standing is { IsDerived: false })
        {
            var detail = $"layer '{derived.OutputLayer}' was registered from {standing.Event.StorageUrl}; a rule never overwrites a given layer";
            return Skip(settled, Skipped(derived, SkipReasons.Given, detail), EvaluationStatus.Given, []);
        }

        if (schemaConflict is not null)
        {
            return Skip(settled, Skipped(derived, SkipReasons.SchemaConflict, schemaConflict), EvaluationStatus.Recorded, StaleOutput(context.Segment, derived));
        }

        return new(EvaluationStatus.Recorded, [ToLayer(derived, content, standing)], [ToDone(derived, content)], 0);
    }

    /// <summary>
    /// Where the schema was decided on meanwhile, that settled this item too: which layer would have stood in the way is no news any more. Where that layer was taken away
    /// meanwhile, nothing stands in the way: the item is still open, and is tried again.
    /// </summary>
    private static EvaluationDecision DecideSkipped(EvaluationContext context, Evaluation.Skipped skipped) =>
        skipped is { Reason: SkipReasons.Given, Backfill: null } && SchemaDecision(context, skipped) is { } decided
            ? EvaluationDecision.Known(decided)
        : skipped.Reason == SkipReasons.Given && context.Segment.Find(context.Dataset.Rules[skipped.Rule].OutputLayer) is not { IsDerived: false }
            ? EvaluationDecision.Superseded
            : Skip(
                context.Evaluations.Settled(skipped),
                new DerivationSkipped(
                    skipped.Dataset, skipped.Segment, skipped.Rule, skipped.Revision, skipped.WorkId, null, skipped.Reason, skipped.Detail, skipped.Inputs, skipped.RowsDropped, skipped.DeriverVersion, skipped.Backfill),
                EvaluationStatus.Recorded,
                StaleOutput(context.Segment, skipped));

    private static long? SchemaDecision(EvaluationContext context, Evaluation evaluation) =>
        context.Segment.Find(evaluation.Inputs[0].Layer) is { } input
        && context.Schemas.SkippedSchemas.TryGetValue((evaluation.Rule, evaluation.Revision, input.Event.SchemaSha256), out var position)
            ? position
            : null;

    private static EvaluationDecision DecideSchema(EvaluationContext context, Evaluation.Skipped skipped, Sha256Digest schema)
    {
        var stale = StaleOutput(context.Segment, skipped);

        // A back-fill asks anew what was decided before it put the segment on the list, perhaps by an older version of the deriver.
        if (context.Schemas.SkippedSchemas.TryGetValue((skipped.Rule, skipped.Revision, schema), out var position) && (skipped.Backfill is null || position > skipped.OpenedAtPosition))
        {
            return stale.IsEmpty ? EvaluationDecision.Known(position) : new(EvaluationStatus.Recorded, stale, [], 0);
        }

        return new(
            EvaluationStatus.Recorded,
            stale,
            [new DerivationSkipped(skipped.Dataset, "", skipped.Rule, skipped.Revision, null, schema, skipped.Reason, skipped.Detail, [], [], skipped.DeriverVersion, skipped.Backfill)],
            0);
    }

    private static EvaluationDecision DecideFailed(EvaluationContext context, Evaluation.Failed failed)
    {
        if (context.Evaluations.Settled(failed) is { } settled && (settled.Kind != EvaluationKind.Failed || settled.Attempt >= failed.Attempt))
        {
            return EvaluationDecision.Known(settled.Position);
        }

        return new(
            EvaluationStatus.Recorded,
            [],
            [
                new DerivationFailed(
                    failed.Dataset, failed.Segment, failed.Rule, failed.Revision, failed.WorkId, failed.Reason, failed.Detail, failed.Inputs, failed.Attempt, failed.DeriverVersion, failed.Backfill),
            ],
            0);
    }

    private static EvaluationDecision Skip(SettledEvaluation? settled, DerivationSkipped skipped, string status, ImmutableArray<StrataEvent> segmentEvents) =>
        settled is { Kind: EvaluationKind.Skipped } && settled.Reason == skipped.Reason
            ? EvaluationDecision.Known(settled.Position)
            : new(status, segmentEvents, [skipped], 0);

    /// <summary>What the rule made of earlier inputs must not stand beside inputs of which it makes nothing.</summary>
    private static ImmutableArray<StrataEvent> StaleOutput(SegmentState state, Evaluation evaluation) =>
    [
        .. UnregisterLayers.Remove(
            state,
            evaluation.Dataset,
            evaluation.Segment,
            [.. state.Layers.Values.Where(l => l.IsMadeBy(evaluation.Rule))],
            UnregisterReasons.InputChanged,
            SourceOf(evaluation)),
    ];

    private static DerivationSkipped Skipped(Evaluation.Derived derived, string reason, string detail) => new(
        derived.Dataset, derived.Segment, derived.Rule, derived.Revision, derived.WorkId, null, reason, detail, derived.Inputs, derived.Provenance.RowsDropped,
        derived.Provenance.DeriverVersion, derived.Backfill);

    private static DerivationDone ToDone(Evaluation.Derived derived, LayerContent content) => new(
        derived.Dataset,
        derived.Segment,
        derived.Rule,
        derived.Revision,
        derived.WorkId,
        derived.OutputLayer,
        content.Fingerprint,
        derived.Outcome,
        derived.Inputs,
        derived.Provenance.RowsUsed,
        derived.Provenance.RowsDropped,
        derived.Attempt,
        derived.Backfill);

    private static LayerRegistered ToLayer(Evaluation.Derived derived, LayerContent content, StandingLayer? standing) => new(
        derived.Dataset,
        derived.Segment,
        derived.OutputLayer,
        LayerTypes.Rrd,
        content.ApplicationId,
        StorageUrls.OfKept(derived.File.Kept),
        derived.File.Kept,
        derived.File.SizeBytes,
        content.SizeBytes,
        content.Fingerprint,
        derived.File.FileSha256,
        content.ChunkCount,
        content.SchemaSha256,
        content.SchemaBlob,
        content.PropertiesBlob,
        content.ChunkIndexBlob,
        content.IndexRanges,
        SourceOf(derived),
        standing?.Fingerprint,
        LayerOrigin.Derived,
        derived.Provenance);

    private static EventSource SourceOf(Evaluation evaluation) => new("rule", evaluation.Rule);
}
