using System.Text.Json;
using Strata.Contracts;
using Strata.Projections.Folding;
using Strata.Projections.Storage;

namespace Strata.Projections.Rules;

/// <summary>One row a revision of a rule; the latest one stands, unless the rule was retired.</summary>
internal sealed class RuleRows(SqliteDatabase database)
{
    public static readonly TableDefinition Table = new(
        "rules",
        """
        CREATE TABLE rules (
            from_position INTEGER PRIMARY KEY, to_position INTEGER NOT NULL,
            dataset INTEGER NOT NULL, rule TEXT NOT NULL, revision INTEGER NOT NULL, deriver TEXT NOT NULL, inputs BLOB NOT NULL, output_layer TEXT NOT NULL,
            parameters TEXT NOT NULL, first_declared INTEGER NOT NULL, outputs TEXT);
        CREATE INDEX rules_by_dataset ON rules (dataset);
        """,
        "from_position");

    private readonly Statement _insert = database.Prepare("INSERT INTO rules VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)");
    private readonly Statement _close = database.Prepare("UPDATE rules SET to_position = ?2 WHERE from_position = ?1");

    public void Insert(long dataset, RuleDeclared declared, RuleState state) => _insert
        .Bind(1, state.Position).Bind(2, Temporal.Standing).Bind(3, dataset).Bind(4, declared.Rule).Bind(5, declared.Revision).Bind(6, declared.Deriver)
        .Bind(7, ByteColumns.Strings(declared.Inputs)).Bind(8, declared.OutputLayer).Bind(9, declared.Parameters.Text).Bind(10, state.FirstDeclared)
        .Bind(11, declared.Outputs is { } outputs ? JsonSerializer.Serialize(outputs, EventJsonContext.Default.RuleOutputs) : null).Run();

    public void Close(long fromPosition, long position) => _close.Bind(1, fromPosition).Bind(2, position).Run();

    public void Load(DatasetState dataset)
    {
        Load(dataset, dataset.Rules, $"{Temporal.StandingSql} ORDER BY first_declared");
        Load(dataset, dataset.Retired, $"NOT ({Temporal.StandingSql}) AND from_position = (SELECT max(from_position) FROM rules WHERE dataset = ?1 AND rule = latest.rule) ORDER BY to_position");
    }

    private void Load(DatasetState dataset, List<RuleState> rules, string which)
    {
        var statement = database.Prepare($"SELECT rule, revision, inputs, output_layer, from_position, first_declared FROM rules AS latest WHERE dataset = ?1 AND {which}");
        statement.Bind(1, dataset.Key);
        while (statement.Step())
        {
            rules.Add(new(
                statement.Text(0), statement.Int32(1), ByteColumns.ReadStrings(statement.Bytes(2)), statement.Text(3), statement.Int64(4), statement.Int64(5)));
        }
    }
}
