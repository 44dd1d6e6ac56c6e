using Strata.Contracts;
using Strata.Projections.Rules;
using Strata.Projections.Running;
using Strata.Projections.Storage;

namespace Strata.Projections.WorkList;

/// <summary>
/// The decision that holds for each (rule, segment): the segment's own while its inputs are current, else one that was made for its input's schema,
/// else its own old one, marked as not current.
/// </summary>
internal sealed class EvaluationQuery(FoldedTables tables) : IEvaluationList
{
    private const string Then = "from_position <= ?3 AND to_position > ?3";

    public Task<IReadOnlyList<EvaluationRow>> ReadAsync(DatasetId dataset, string? segment, long? asOf, CancellationToken cancellationToken) =>
        tables.QueryAsync<IReadOnlyList<EvaluationRow>>(
            scope => scope.FindDataset(dataset, asOf ?? Temporal.Now) is { } key ? Read(scope, dataset, key, segment, asOf ?? Temporal.Now) : [], cancellationToken);

    private static List<EvaluationRow> Read(ReadScope scope, DatasetId dataset, long key, string? only, long asOf)
    {
        var layers = ReadLayers(scope, key, only, asOf);
        var own = ReadRows(scope, dataset, key, only, asOf);
        var ofSchemas = ReadRows(scope, dataset, key, "", asOf);
        var firstDeclared = FirstDeclared(scope, key, asOf);
        var rules = RuleQuery.Read(scope, dataset, key, asOf);
        var stale = new StaleLayers(scope, key, asOf);
        var shown = new List<EvaluationRow>(own.Count);
        var decided = new HashSet<(string Segment, string Rule)>();
        foreach (var (row, _, output) in own)
        {
            var current = row.Inputs.All(input => layers.TryGetValue(row.Segment, out var standing)
                && standing.TryGetValue(input.Layer, out var layer) && layer.Fingerprint == input.Fingerprint);
            var replaced = current ? null : OfSchema(row.Segment, row.Rule);
            var stands = layers.TryGetValue(row.Segment, out var held) && held.TryGetValue(row.OutputLayer, out var found) ? found : default(StandingLayer?);
            var superseded = output is not null && stands?.Fingerprint != output;
            var given = superseded && stands?.Origin == LayerOrigin.Given;
            var isStale = stands is { } standingOutput && stale.IsStale(row, current, standingOutput, held!);
            shown.Add(replaced ?? row with { Current = current, OutputIsGone = superseded && !given, OutputIsGiven = given, Stale = isStale, RuleIsRetired = !rules.Exists(r => r.Rule == row.Rule) });
            decided.Add((row.Segment, row.Rule));
        }

        if (ofSchemas.Count > 0)
        {
            foreach (var segment in layers.Keys)
            {
                foreach (var rule in rules)
                {
                    if (!decided.Contains((segment, rule.Rule)) && OfSchema(segment, rule.Rule) is { } row)
                    {
                        shown.Add(row);
                    }
                }
            }
        }

        return [.. shown.OrderBy(row => row.Segment, StringComparer.Ordinal).ThenBy(row => row.Position)];

        EvaluationRow? OfSchema(string segment, string rule)
        {
            if (ofSchemas.Count == 0 || rules.Find(r => r.Rule == rule) is not { Inputs.Count: > 0 } declared || !layers.TryGetValue(segment, out var standing))
            {
                return null;
            }

            var inputs = new List<DerivationInput>();
            var newest = 0L;
            foreach (var name in declared.Inputs)
            {
                if (!standing.TryGetValue(name, out var layer))
                {
                    return null;
                }

                inputs.Add(new(name, layer.Fingerprint));
                newest = Math.Max(newest, layer.Position);
            }

            var schema = standing[declared.Inputs[0]].Schema;
            var found = ofSchemas.Find(e => e.Row.Rule == rule && e.Schema == schema).Row;
            // To what is older than the rule only a back-fill applies it.
            return found is null || (found.Backfill is null && newest < firstDeclared[rule]) ? null : found with { Segment = segment, Inputs = inputs.ToEquatableArray(), Current = true };
        }
    }

    private static List<(EvaluationRow Row, Sha256Digest? Schema, Sha256Digest? Output)> ReadRows(ReadScope scope, DatasetId dataset, long key, string? segment, long asOf)
    {
        const string Columns =
            "segment, rule, revision, output_layer, outcome, reason, detail, work_id, inputs, rows_used, rows_dropped, attempt, from_position, recorded_at_ns, schema_sha256, output_fingerprint, backfill";
        var rows = segment is null
            ? scope.Database.Prepare($"SELECT {Columns} FROM evaluations WHERE dataset = ?1 AND segment <> '' AND {Then}")
            : scope.Database.Prepare($"SELECT {Columns} FROM evaluations WHERE dataset = ?1 AND segment = ?2 AND {Then}").Bind(2, segment);
        rows.Bind(1, key).Bind(3, asOf);
        var read = new List<(EvaluationRow, Sha256Digest?, Sha256Digest?)>();
        while (rows.Step())
        {
            var row = new EvaluationRow(
                dataset, rows.Text(0), rows.Text(1), rows.Int32(2), rows.Text(3), rows.Text(4), rows.TextOrNull(5), rows.TextOrNull(6), rows.DigestOrNull(7),
                ByteColumns.ReadInputs(rows.Bytes(8)), rows.Int64(9), ByteColumns.ReadDroppedRows(rows.Bytes(10)), rows.Int32(11), rows.Int64(12), rows.Int64(13), true)
            {
                Backfill = rows.TextOrNull(16),
            };
            read.Add((row, rows.DigestOrNull(14), rows.DigestOrNull(15)));
        }

        return read;
    }

    private static Dictionary<string, Dictionary<string, StandingLayer>> ReadLayers(ReadScope scope, long key, string? segment, long asOf)
    {
        const string Columns = "segment, layer, fingerprint, schema_sha256, from_position, origin";
        var rows = segment is null
            ? scope.Database.Prepare($"SELECT {Columns} FROM layers WHERE dataset = ?1 AND {Then}")
            : scope.Database.Prepare($"SELECT {Columns} FROM layers WHERE dataset = ?1 AND segment = ?2 AND {Then}").Bind(2, segment);
        rows.Bind(1, key).Bind(3, asOf);
        var layers = new Dictionary<string, Dictionary<string, StandingLayer>>(StringComparer.Ordinal);
        while (rows.Step())
        {
            var name = rows.Text(0);
            if (!layers.TryGetValue(name, out var standing))
            {
                layers.Add(name, standing = new(StringComparer.Ordinal));
            }

            standing[rows.Text(1)] = new(rows.Digest(2), rows.Digest(3), rows.Int64(4), (LayerOrigin)rows.Int32(5));
        }

        return layers;
    }

    private static Dictionary<string, long> FirstDeclared(ReadScope scope, long key, long asOf)
    {
        var rows = scope.Database.Prepare($"SELECT rule, first_declared FROM rules WHERE dataset = ?1 AND {Then}").Bind(1, key).Bind(3, asOf);
        var positions = new Dictionary<string, long>(StringComparer.Ordinal);
        while (rows.Step())
        {
            positions[rows.Text(0)] = rows.Int64(1);
        }

        return positions;
    }
}
