using Strata.Contracts;
using Strata.Projections.Storage;

namespace Strata.Projections.Rules;

internal sealed class RuleQuery(ReadModels models) : IRuleList
{
    public Task<IReadOnlyList<RuleRow>> ReadAsync(DatasetId dataset, long? asOf, CancellationToken cancellationToken) => models.QueryAsync<IReadOnlyList<RuleRow>>(
        scope => scope.FindDataset(dataset, asOf ?? Temporal.Now) is { } key ? Read(scope, dataset, key, asOf ?? Temporal.Now) : [], cancellationToken);

    internal static List<RuleRow> Read(ReadScope scope, DatasetId dataset, long key, long asOf)
    {
        var rows = scope.Database.Prepare(
            """
            SELECT rule, revision, deriver, inputs, output_layer, parameters, from_position FROM rules
            WHERE dataset = ?1 AND from_position <= ?2 AND to_position > ?2 ORDER BY first_declared
            """).Bind(1, key).Bind(2, asOf);
        var rules = new List<RuleRow>();
        while (rows.Step())
        {
            rules.Add(new(
                dataset, rows.Text(0), rows.Int32(1), rows.Text(2), ByteColumns.ReadStrings(rows.Bytes(3)), rows.Text(4), CanonicalJson.Parse(rows.Text(5)), rows.Int64(6)));
        }

        return rules;
    }
}
