using Strata.Contracts;
using Strata.Projections.Storage;

namespace Strata.Projections.Rules;

internal sealed class RuleQuery(ReadModels models) : IRuleList
{
    public Task<IReadOnlyList<RuleRow>> ReadAsync(DatasetId dataset, CancellationToken cancellationToken) => models.QueryAsync<IReadOnlyList<RuleRow>>(
        scope => scope.FindDataset(dataset) is { } key ? Read(scope, dataset, key) : [], cancellationToken);

    internal static List<RuleRow> Read(ReadScope scope, DatasetId dataset, long key)
    {
        var rows = scope.Database.Prepare(
            $"""
            SELECT rule, revision, deriver, inputs, output_layer, parameters, from_position FROM rules
            WHERE dataset = ?1 AND {Temporal.StandingSql} ORDER BY first_declared
            """).Bind(1, key);
        var rules = new List<RuleRow>();
        while (rows.Step())
        {
            rules.Add(new(
                dataset, rows.Text(0), rows.Int32(1), rows.Text(2), ByteColumns.ReadStrings(rows.Bytes(3)), rows.Text(4), CanonicalJson.Parse(rows.Text(5)), rows.Int64(6)));
        }

        return rules;
    }
}
