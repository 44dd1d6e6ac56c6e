using Strata.Contracts;
using Strata.Projections.Rules;
using Strata.Projections.Storage;
using Strata.Projections.WorkList;

namespace Strata.Projections.Backfills;

/// <summary>Which segments a rule has something to do in that nobody will do by itself.</summary>
internal static class BackfillNeeds
{
    /// <summary>Segments that one query looks at: bounded memory, and no read transaction that lasts.</summary>
    private const int SegmentsPerLook = 512;

    public static BackfillCandidates Read(ReadScope scope, BackfillQuery query)
    {
        if (scope.FindDataset(query.Dataset) is not { } key || RuleQuery.Read(scope, query.Dataset, key, Temporal.Now).Find(r => r.Rule == query.Rule) is not { Inputs.Count: > 0 } rule)
        {
            return new([], null);
        }

        var segments = Segments(scope, key, rule.Inputs[0], query);
        var schemas = SkippedSchemas(scope, key, rule);
        var found = new List<BackfillCandidate>();
        foreach (var segment in segments)
        {
            if (CauseIn(scope, key, segment, rule, schemas, query) is { } cause)
            {
                found.Add(new(segment, cause));
            }
        }

        return new(found, segments.Count == SegmentsPerLook ? segments[^1] : null);
    }

    private static List<string> Segments(ReadScope scope, long dataset, string layer, BackfillQuery query)
    {
        var rows = scope.Database.Prepare(
            """
            SELECT DISTINCT segment FROM layers
            WHERE dataset = ?1 AND segment > ?2 AND layer = ?3 AND from_position <= ?4 AND to_position > ?4 ORDER BY segment LIMIT ?5
            """).Bind(1, dataset).Bind(2, query.After ?? "").Bind(3, layer).Bind(4, query.AsOf ?? Temporal.Now).Bind(5, SegmentsPerLook);
        var segments = new List<string>();
        while (rows.Step())
        {
            segments.Add(rows.Text(0));
        }

        return segments;
    }

    private static BackfillCause? CauseIn(
        ReadScope scope, long dataset, string segment, RuleRow rule, Dictionary<Sha256Digest, int?> schemas, BackfillQuery query)
    {
        var layers = Layers(scope, dataset, segment);
        var inputs = new DerivationInput[rule.Inputs.Count];
        for (var i = 0; i < inputs.Length; i++)
        {
            if (!layers.TryGetValue(rule.Inputs[i], out var layer))
            {
                return null;
            }

            inputs[i] = new(rule.Inputs[i], layer.Fingerprint);
        }

        if (Is(scope, $"SELECT 1 FROM suppressions WHERE dataset = ?1 AND segment = ?2 AND rule = ?3 AND {Temporal.StandingSql}", dataset, segment, rule.Rule)
            || Is(scope, $"SELECT 1 FROM work WHERE dataset = ?1 AND segment = ?2 AND rule = ?3 AND {Temporal.StandingSql}", dataset, segment, rule.Rule))
        {
            return null;
        }

        StandingLayer? output = layers.TryGetValue(rule.OutputLayer, out var stands) ? stands : null;
        var decision = Decision(scope, dataset, segment, rule.Rule);
        var workId = WorkIds.Of(query.Dataset, segment, rule.Rule, rule.Revision, EquatableArray.Create<DerivationInput>(inputs));
        if (decision is { } own && own.WorkId == workId)
        {
            return OfDecision(own, output, query);
        }

        if (output is not { Origin: LayerOrigin.Derived } && schemas.TryGetValue(layers[rule.Inputs[0]].Schema, out var version))
        {
            return OfVersion(version, query);
        }

        return decision is { } before && before.Revision != rule.Revision ? BackfillCause.OtherRevision : BackfillCause.NeverDecided;
    }

    /// <summary>The rule's current revision decided on these very inputs.</summary>
    private static BackfillCause? OfDecision(RuleDecision decision, StandingLayer? output, BackfillQuery query) => decision switch
    {
        { Outcome: EvaluationFold.Skipped, Reason: SkipReasons.Given } => output is { Origin: LayerOrigin.Given } ? null : BackfillCause.NeverDecided,
        // It is derived again by itself once the schema that it gave way to is gone.
        { Outcome: EvaluationFold.Skipped, Reason: SkipReasons.YieldedSchema } => query.Forced ? BackfillCause.Asked : null,
        { Outcome: EvaluationFold.Skipped or EvaluationFold.Failed } => OfVersion(decision.DeriverVersion, query),
        _ => output switch
        {
            { Origin: LayerOrigin.Given } => null,
            { } layer => OfVersion(layer.DeriverVersion, query),
            null => BackfillCause.NeverDecided,
        },
    };

    private static BackfillCause? OfVersion(int? version, BackfillQuery query) =>
        version != query.DeriverVersion ? BackfillCause.OtherDeriverVersion : query.Forced ? BackfillCause.Asked : null;

    private static Dictionary<string, StandingLayer> Layers(ReadScope scope, long dataset, string segment)
    {
        var rows = scope.Database.Prepare($"SELECT layer, fingerprint, schema_sha256, origin, deriver_version FROM layers WHERE dataset = ?1 AND segment = ?2 AND {Temporal.StandingSql}")
            .Bind(1, dataset).Bind(2, segment);
        var layers = new Dictionary<string, StandingLayer>(StringComparer.Ordinal);
        while (rows.Step())
        {
            layers[rows.Text(0)] = new(rows.Digest(1), rows.Digest(2), (LayerOrigin)rows.Int32(3), (int?)rows.Int64OrNull(4));
        }

        return layers;
    }

    private static RuleDecision? Decision(ReadScope scope, long dataset, string segment, string rule)
    {
        var rows = scope.Database.Prepare($"SELECT work_id, revision, outcome, reason, deriver_version FROM evaluations WHERE dataset = ?1 AND segment = ?2 AND {Temporal.StandingSql} AND rule = ?3")
            .Bind(1, dataset).Bind(2, segment).Bind(3, rule);
        RuleDecision? decision = rows.Step() ? new(rows.Digest(0), rows.Int32(1), rows.Text(2), rows.TextOrNull(3), (int?)rows.Int64OrNull(4)) : null;
        rows.Reset();
        return decision;
    }

    private static Dictionary<Sha256Digest, int?> SkippedSchemas(ReadScope scope, long dataset, RuleRow rule)
    {
        var rows = scope.Database.Prepare($"SELECT schema_sha256, deriver_version FROM evaluations WHERE dataset = ?1 AND segment = '' AND {Temporal.StandingSql} AND rule = ?2 AND revision = ?3")
            .Bind(1, dataset).Bind(2, rule.Rule).Bind(3, rule.Revision);
        var schemas = new Dictionary<Sha256Digest, int?>();
        while (rows.Step())
        {
            schemas[rows.Digest(0)] = (int?)rows.Int64OrNull(1);
        }

        return schemas;
    }

    private static bool Is(ReadScope scope, string sql, long dataset, string segment, string rule)
    {
        var rows = scope.Database.Prepare(sql).Bind(1, dataset).Bind(2, segment).Bind(3, rule);
        var found = rows.Step();
        rows.Reset();
        return found;
    }

    private readonly record struct StandingLayer(Sha256Digest Fingerprint, Sha256Digest Schema, LayerOrigin Origin, int? DeriverVersion);

    private readonly record struct RuleDecision(Sha256Digest WorkId, int Revision, string Outcome, string? Reason, int? DeriverVersion);
}
