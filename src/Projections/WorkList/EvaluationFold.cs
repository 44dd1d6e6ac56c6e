using Strata.Contracts;
using Strata.Projections.Folding;

namespace Strata.Projections.WorkList;

/// <summary>Keeps the latest decision of each rule about each segment, and about each schema.</summary>
internal sealed class EvaluationFold(EvaluationRows rows)
{
    public const string Skipped = "skipped";
    public const string Failed = "failed";

    public void OnDone(DatasetState dataset, SegmentState segment, long position, long recordedAtNs, DerivationDone done) => Decide(
        dataset, segment, position, recordedAtNs, done.WorkId, new(
            done.Segment, done.Rule, done.Revision, done.OutputLayer, done.Outcome, null, null, done.WorkId, null, done.Inputs, done.OutputFingerprint,
            done.RowsUsed, done.RowsDropped, done.Attempt) { Backfill = done.Backfill });

    public void OnSkipped(DatasetState dataset, SegmentState segment, long position, long recordedAtNs, DerivationSkipped skipped, Sha256Digest workId) => Decide(
        dataset, segment, position, recordedAtNs, workId, Entry(dataset, skipped));

    public void OnFailed(DatasetState dataset, SegmentState segment, long position, long recordedAtNs, DerivationFailed failed) => Decide(
        dataset, segment, position, recordedAtNs, failed.WorkId, new(
            failed.Segment, failed.Rule, failed.Revision, OutputOf(dataset, failed.Rule), Failed, failed.Reason, failed.Detail, failed.WorkId, null, failed.Inputs,
            null, 0, [], failed.Attempt) { DeriverVersion = failed.DeriverVersion, Backfill = failed.Backfill });

    public void OnSchemaSkipped(DatasetState dataset, long position, long recordedAtNs, DerivationSkipped skipped, Sha256Digest schema)
    {
        rows.CloseOfSchema(dataset.Key, skipped.Rule, schema, position);
        rows.Insert(position, recordedAtNs, dataset.Key, Entry(dataset, skipped));
        foreach (var before in dataset.SkippedSchemas.Keys.Where(s => s.Rule == skipped.Rule && s.Schema == schema).ToList())
        {
            dataset.SkippedSchemas.Remove(before);
        }

        dataset.SkippedSchemas.Add((skipped.Rule, skipped.Revision, schema), new(position, skipped.DeriverVersion));
    }

    /// <summary>The rule's decision about the segment is from now on that its layer gave way, so that nobody is told that it is there.</summary>
    public void OnYielded(DatasetState dataset, SegmentState segment, long position, long recordedAtNs, LayerUnregistered yielded)
    {
        var before = segment.Decisions
            .Where(d => d.Outcome is not (Skipped or Failed) && LastKnown(dataset, d.Rule)?.OutputLayer == yielded.Layer)
            .MaxBy(d => d.Position);
        if (before is null)
        {
            return;
        }

        var cause = yielded.YieldedTo is { } to ? $"layer '{to.Layer}' of segment '{to.Segment}'" : "a given layer";
        rows.Yield(before.Position, position, recordedAtNs, $"layer '{yielded.Layer}' was derived, and gave way to the schema of {cause}");
        segment.Decisions.Remove(before);
        segment.Decisions.Add(before with { Outcome = Skipped, Reason = SkipReasons.YieldedSchema, Position = position });
    }

    private static EvaluationEntry Entry(DatasetState dataset, DerivationSkipped skipped) => new(
        skipped.Segment, skipped.Rule, skipped.Revision, OutputOf(dataset, skipped.Rule), Skipped, skipped.Reason, skipped.Detail, skipped.WorkId,
        skipped.SchemaSha256, skipped.Inputs, null, 0, skipped.RowsDropped, 1) { DeriverVersion = skipped.DeriverVersion, Backfill = skipped.Backfill };

    private static RuleState? LastKnown(DatasetState dataset, string rule) => dataset.FindRule(rule) ?? dataset.FindRetired(rule);

    private static string OutputOf(DatasetState dataset, string rule) => LastKnown(dataset, rule)?.OutputLayer
        ?? throw new FoldException($"dataset {dataset.Id}: an evaluation names the rule '{rule}', which no event declared");

    private void Decide(DatasetState dataset, SegmentState segment, long position, long recordedAtNs, Sha256Digest workId, EvaluationEntry entry)
    {
        if (segment.FindDecision(entry.Rule) is { } before)
        {
            rows.Close(before.Position, position);
            segment.Decisions.Remove(before);
        }

        rows.Insert(position, recordedAtNs, dataset.Key, entry);
        segment.Decisions.Add(new(entry.Rule, workId, entry.Outcome, entry.Reason, position));
    }
}
