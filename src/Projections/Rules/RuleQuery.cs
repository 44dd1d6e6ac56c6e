using System.Text.Json;
using Strata.Contracts;
using Strata.Projections.Running;
using Strata.Projections.Storage;

namespace Strata.Projections.Rules;

internal sealed class RuleQuery(FoldedTables tables) : IRuleList
{
    public Task<IReadOnlyList<RuleRow>> ReadAsync(DatasetId dataset, long? asOf, CancellationToken cancellationToken) => tables.QueryAsync<IReadOnlyList<RuleRow>>(
        scope => scope.FindDataset(dataset, asOf ?? Temporal.Now) is { } key ? Read(scope, dataset, key, asOf ?? Temporal.Now) : [], cancellationToken);

    public Task<IReadOnlyList<RuleRow>> ReadRevisionsAsync(DatasetId dataset, long? asOf, CancellationToken cancellationToken) => tables.QueryAsync<IReadOnlyList<RuleRow>>(
        scope => scope.FindDataset(dataset, asOf ?? Temporal.Now) is { } key ? Read(scope, dataset, key, asOf ?? Temporal.Now, "ORDER BY from_position") : [], cancellationToken);

    public Task<IReadOnlyList<SuppressionRow>> ReadSuppressionsAsync(DatasetId dataset, long? asOf, CancellationToken cancellationToken) => tables.QueryAsync<IReadOnlyList<SuppressionRow>>(
        scope => scope.FindDataset(dataset, asOf ?? Temporal.Now) is { } key ? ReadSuppressions(scope, key, asOf ?? Temporal.Now) : [], cancellationToken);

    private static List<SuppressionRow> ReadSuppressions(ReadScope scope, long key, long asOf)
    {
        var rows = scope.Database.Prepare(
            "SELECT rule, segment, reason, from_position FROM suppressions WHERE dataset = ?1 AND from_position <= ?2 AND to_position > ?2 ORDER BY from_position").Bind(1, key).Bind(2, asOf);
        var suppressions = new List<SuppressionRow>();
        while (rows.Step())
        {
            suppressions.Add(new(rows.Text(0), rows.Text(1), rows.Text(2), rows.Int64(3)));
        }

        return suppressions;
    }

    internal static List<RuleRow> Read(ReadScope scope, DatasetId dataset, long key, long asOf) => Read(scope, dataset, key, asOf, "AND to_position > ?2 ORDER BY first_declared");

    private static List<RuleRow> Read(ReadScope scope, DatasetId dataset, long key, long asOf, string which)
    {
        var rows = scope.Database.Prepare(
            $"""
            SELECT rule, revision, deriver, inputs, output_layer, parameters, from_position, to_position, outputs FROM rules
            WHERE dataset = ?1 AND from_position <= ?2 {which}
            """).Bind(1, key).Bind(2, asOf);
        var rules = new List<RuleRow>();
        while (rows.Step())
        {
            rules.Add(new(
                dataset, rows.Text(0), rows.Int32(1), rows.Text(2), ByteColumns.ReadStrings(rows.Bytes(3)), rows.Text(4), CanonicalJson.Parse(rows.Text(5)), rows.Int64(6))
            {
                Outputs = rows.TextOrNull(8) is { } outputs ? JsonSerializer.Deserialize(outputs, EventJsonContext.Default.RuleOutputs) : null,
                UntilPosition = rows.Int64(7) is var until && until <= asOf && until != Temporal.Standing ? until : null,
            });
        }

        return rules;
    }
}
