using Strata.Contracts;
using Strata.Projections.Backfills;
using Strata.Projections.Folding;
using Strata.Projections.Rules;

namespace Strata.Projections.WorkList;

/// <summary>
/// Opens an item when an event makes all inputs of a rule current for a segment, and closes it when it is settled or when an input changes.
/// A rule applies to what is registered after its declaration; backfill is a decision of its own. Source: DESIGN §4.5, rules 5, 6, 8, 9.
/// </summary>
internal sealed class WorkFold(WorkRows rows, SuppressionRows suppressions)
{
    public void OnLayerRegistered(DatasetState dataset, SegmentState segment, long position, LayerRegistered layer, Sha256Digest? before)
    {
        foreach (var rule in dataset.Rules)
        {
            // A rule's own output is news for the rules downstream, never for itself.
            if (!rule.Inputs.Items.Contains(layer.Layer) || (layer.Origin == LayerOrigin.Derived && layer.Provenance?.Rule == rule.Rule))
            {
                continue;
            }

            if (before != layer.Fingerprint)
            {
                Resume(dataset, segment, layer.Segment, rule.Rule, position);
            }

            Reconsider(dataset, segment, layer.Segment, rule, position, again: false);
        }

        // A suppression ends with an input's content also while its rule is retired: declared again, it finds the segment as it would have left it.
        foreach (var rule in dataset.Retired.Where(r => before != layer.Fingerprint && r.Inputs.Items.Contains(layer.Layer)))
        {
            Resume(dataset, segment, layer.Segment, rule.Rule, position);
        }

        if (before == layer.Fingerprint && layer.Origin == LayerOrigin.Given)
        {
            RetryDownstream(dataset, segment, position, layer);
        }
    }

    public void OnLayerUnregistered(DatasetState dataset, SegmentState segment, long position, string segmentId, LayerState removed)
    {
        foreach (var rule in dataset.Rules)
        {
            if (rule.Inputs.Items.Contains(removed.Layer))
            {
                CloseOf(segment, rule.Rule, position);
            }
            else if (rule.OutputLayer == removed.Layer && removed.Origin == LayerOrigin.Given && Applies(segment, rule))
            {
                Reconsider(dataset, segment, segmentId, rule, position, again: true);
            }
            else if (rule.OutputLayer == removed.Layer && IsMismatch(dataset, segment, rule))
            {
                CloseOf(segment, rule.Rule, position);
            }
        }
    }

    /// <summary>Work that nobody has done yet is done under the new revision: the old one's parameters stand in no list of current rules any more.</summary>
    public void OnRuleDeclared(DatasetState dataset, SegmentStates segments, long position, RuleState rule)
    {
        foreach (var id in rows.OpenSegments(dataset.Key, rule.Rule))
        {
            Reconsider(dataset, segments.Get(dataset, id), id, rule, position, again: false);
        }
    }

    /// <summary>What it would have made is not to be done any more.</summary>
    public void OnRuleRetired(DatasetState dataset, SegmentStates segments, long position, string rule)
    {
        foreach (var id in rows.OpenSegments(dataset.Key, rule))
        {
            CloseOf(segments.Get(dataset, id), rule, position);
        }
    }

    public void OnRuleSuppressed(DatasetState dataset, SegmentState segment, long position, RuleSuppressed suppressed)
    {
        CloseOf(segment, suppressed.Rule, position);
        if (!segment.Suppressed.Contains(suppressed.Rule))
        {
            segment.Suppressed.Add(suppressed.Rule);
            suppressions.Insert(dataset.Key, position, suppressed);
            dataset.Suppressions++;
        }
    }

    public void OnRuleResumed(DatasetState dataset, SegmentState segment, long position, RuleResumed resumed)
    {
        Resume(dataset, segment, resumed.Segment, resumed.Rule, position);
        if (dataset.FindRule(resumed.Rule) is { } rule)
        {
            Reconsider(dataset, segment, resumed.Segment, rule, position, again: true);
        }
    }

    /// <summary>Done, skipped or failed: the item with this id is settled.</summary>
    public void OnEvaluated(SegmentState segment, long position, Sha256Digest workId)
    {
        for (var i = segment.Work.Count - 1; i >= 0; i--)
        {
            if (segment.Work[i].WorkId == workId)
            {
                CloseAt(segment, i, position);
            }
        }
    }

    /// <summary>
    /// The rule's revision derives nothing from this schema: no segment with it needs a decision of its own, unless what the rule made of an earlier input still stands there
    /// and has to go.
    /// </summary>
    public void OnSchemaSkipped(DatasetState dataset, SegmentStates segments, long position, DerivationSkipped skipped, Sha256Digest schema)
    {
        foreach (var id in rows.OpenSegments(dataset.Key, skipped.Rule))
        {
            var segment = segments.Get(dataset, id);
            for (var i = segment.Work.Count - 1; i >= 0; i--)
            {
                if (segment.Work[i] is { } item && item.Rule == skipped.Rule && item.Revision == skipped.Revision && item.Schema == schema
                    && dataset.FindRule(item.Rule) is { } rule && !HasOwnOutput(segment, rule))
                {
                    CloseAt(segment, i, position);
                }
            }
        }
    }

    /// <summary>
    /// A schema of given layers is gone from the dataset: what it kept from being derived may stand now. Where another one is still in the way, the Registrar says so
    /// and the item is settled again. Source: DESIGN rule 5.
    /// </summary>
    /// <param name="keptOut">All that a schema keeps out.</param>
    public void OnSchemaGone(DatasetState dataset, SegmentStates segments, long position, IReadOnlyList<(string Segment, string Rule)> keptOut)
    {
        foreach (var (id, name) in keptOut)
        {
            var segment = segments.Get(dataset, id);
            if (dataset.FindRule(name) is { } rule && segment.FindLayer(rule.OutputLayer) is null)
            {
                Reconsider(dataset, segment, id, rule, position, again: true);
            }
        }
    }

    /// <summary>
    /// Work for exactly these segments, also on inputs that are older than the rule, and on such as were decided before. What a person suppressed stays suppressed, and what is
    /// open already is done anyway.
    /// </summary>
    public void OnBackfillAdmitted(DatasetState dataset, SegmentStates segments, long position, BackfillAim aim, BackfillAdmitted admitted)
    {
        if (dataset.FindRule(admitted.Rule) is not { } rule || rule.Revision != aim.Revision)
        {
            return;
        }

        foreach (var id in admitted.Segments)
        {
            Admit(dataset, segments.Get(dataset, id), id, rule, position, aim);
        }
    }

    /// <summary>What was admitted and is not settled is taken off the list.</summary>
    public void OnBackfillCancelled(DatasetState dataset, SegmentStates segments, long position, string backfill)
    {
        foreach (var id in rows.OpenSegmentsOf(dataset.Key, backfill))
        {
            var segment = segments.Get(dataset, id);
            for (var i = segment.Work.Count - 1; i >= 0; i--)
            {
                if (segment.Work[i].Backfill == backfill)
                {
                    CloseAt(segment, i, position);
                }
            }
        }
    }

    private void Admit(DatasetState dataset, SegmentState segment, string segmentId, RuleState rule, long position, BackfillAim aim)
    {
        if (segment.Suppressed.Contains(rule.Rule) || CurrentInputs(segment, rule) is not { } inputs)
        {
            return;
        }

        var workId = WorkIds.Of(dataset.Id, segmentId, rule.Rule, rule.Revision, inputs);
        var schema = segment.FindLayer(rule.Inputs[0])!.Schema;
        if (segment.Work.Exists(item => item.WorkId == workId) || (IsDecided(dataset, rule, schema, aim) && !HasOwnOutput(segment, rule)))
        {
            return;
        }

        CloseOf(segment, rule.Rule, position);
        var opened = new WorkState(rule.Rule, rule.Revision, workId, position, schema, aim.Backfill);
        rows.Open(dataset.Key, segmentId, opened, inputs);
        segment.Work.Add(opened);
    }

    /// <summary>The schema was looked at by the version that the back-fill asks for; a forced one looks once more.</summary>
    private static bool IsDecided(DatasetState dataset, RuleState rule, Sha256Digest schema, BackfillAim aim) =>
        dataset.SkippedSchemas.TryGetValue((rule.Rule, rule.Revision, schema), out var decision)
        && (decision.Position > aim.StartPosition || (decision.DeriverVersion == aim.DeriverVersion && !aim.Forced));

    /// <summary>Whoever registers the same bytes anew asks again for all that follows from them: what stands is left alone, what failed is tried again.</summary>
    private void RetryDownstream(DatasetState dataset, SegmentState segment, long position, LayerRegistered layer)
    {
        if (!segment.Decisions.Exists(d => d.Outcome == EvaluationFold.Failed))
        {
            return;
        }

        var reached = new HashSet<string>(StringComparer.Ordinal) { layer.Layer };
        while (dataset.Rules.Exists(rule => rule.Inputs.Items.Any(reached.Contains) && reached.Add(rule.OutputLayer)))
        {
        }

        foreach (var rule in dataset.Rules)
        {
            if (rule.Inputs.Items.Any(reached.Contains) && segment.FindDecision(rule.Rule)?.Outcome == EvaluationFold.Failed)
            {
                Reconsider(dataset, segment, layer.Segment, rule, position, again: false);
            }
        }
    }

    private static bool Applies(SegmentState segment, RuleState rule) =>
        rule.Inputs.Count > 0 && rule.Inputs.Items.Max(input => segment.FindLayer(input)?.Position ?? 0) > rule.FirstDeclared;

    /// <param name="again">Something other than an input changed, so a decision on the same inputs counts no longer.</param>
    private void Reconsider(DatasetState dataset, SegmentState segment, string segmentId, RuleState rule, long position, bool again)
    {
        if (CurrentInputs(segment, rule) is not { } inputs)
        {
            CloseOf(segment, rule.Rule, position);
            return;
        }

        var workId = WorkIds.Of(dataset.Id, segmentId, rule.Rule, rule.Revision, inputs);
        if (segment.Work.Exists(item => item.WorkId == workId))
        {
            return;
        }

        CloseOf(segment, rule.Rule, position);
        var schema = segment.FindLayer(rule.Inputs[0])!.Schema;
        if (segment.Suppressed.Contains(rule.Rule)
            || (IsMismatch(dataset, segment, rule) && !HasOwnOutput(segment, rule))
            || IsSettled(segment, rule, workId, again))
        {
            return;
        }

        var opened = new WorkState(rule.Rule, rule.Revision, workId, position, schema);
        rows.Open(dataset.Key, segmentId, opened, inputs);
        segment.Work.Add(opened);
    }

    /// <summary>These very inputs were decided on, and what was decided still holds: registering the same bytes anew re-derives nothing (rule 1).</summary>
    private static bool IsSettled(SegmentState segment, RuleState rule, Sha256Digest workId, bool again)
    {
        if (segment.FindDecision(rule.Rule) is not { } decision || decision.WorkId != workId)
        {
            return false;
        }

        var output = segment.FindLayer(rule.OutputLayer);
        return decision switch
        {
            // Nothing stands by a failure: whoever registers the same bytes anew asks for another try.
            { Outcome: EvaluationFold.Failed } => false,
            { Outcome: EvaluationFold.Skipped, Reason: SkipReasons.Given } => output?.Origin == LayerOrigin.Given,
            { Outcome: EvaluationFold.Skipped } => !again,
            _ => output is not null,
        };
    }

    private static bool IsMismatch(DatasetState dataset, SegmentState segment, RuleState rule) =>
        segment.FindLayer(rule.Inputs[0]) is { } input && dataset.SkippedSchemas.ContainsKey((rule.Rule, rule.Revision, input.Schema));

    private static bool HasOwnOutput(SegmentState segment, RuleState rule) => segment.FindLayer(rule.OutputLayer) is { Origin: LayerOrigin.Derived };

    private static EquatableArray<DerivationInput>? CurrentInputs(SegmentState segment, RuleState rule)
    {
        if (rule.Inputs.Count == 0)
        {
            return null;
        }

        var inputs = new DerivationInput[rule.Inputs.Count];
        for (var i = 0; i < inputs.Length; i++)
        {
            if (segment.FindLayer(rule.Inputs[i]) is not { } layer)
            {
                return null;
            }

            inputs[i] = new(layer.Layer, layer.Fingerprint);
        }

        return EquatableArray.Create<DerivationInput>(inputs);
    }

    private void Resume(DatasetState dataset, SegmentState segment, string segmentId, string rule, long position)
    {
        if (segment.Suppressed.Remove(rule))
        {
            suppressions.Close(dataset.Key, segmentId, rule, position);
            dataset.Suppressions--;
        }
    }

    private void CloseOf(SegmentState segment, string rule, long position)
    {
        for (var i = segment.Work.Count - 1; i >= 0; i--)
        {
            if (segment.Work[i].Rule == rule)
            {
                CloseAt(segment, i, position);
            }
        }
    }

    private void CloseAt(SegmentState segment, int index, long position)
    {
        rows.Close(segment.Work[index], position);
        segment.Work.RemoveAt(index);
    }
}
