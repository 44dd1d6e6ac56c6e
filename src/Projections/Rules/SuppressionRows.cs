using Strata.Contracts;
using Strata.Projections.Folding;
using Strata.Projections.Storage;

namespace Strata.Projections.Rules;

/// <summary>One row for each time that a person told a rule to leave a segment alone.</summary>
internal sealed class SuppressionRows(SqliteDatabase database)
{
    public static readonly TableDefinition Table = new(
        "suppressions",
        $"""
        CREATE TABLE suppressions (
            from_position INTEGER PRIMARY KEY, to_position INTEGER NOT NULL,
            dataset INTEGER NOT NULL, rule TEXT NOT NULL, segment TEXT NOT NULL, reason TEXT NOT NULL);
        CREATE INDEX suppressions_standing ON suppressions (dataset, segment) WHERE {Temporal.StandingSql};
        """,
        "from_position");

    private readonly Statement _insert = database.Prepare("INSERT INTO suppressions VALUES (?1, ?2, ?3, ?4, ?5, ?6)");

    private readonly Statement _close = database.Prepare(
        $"UPDATE suppressions SET to_position = ?4 WHERE dataset = ?1 AND segment = ?2 AND rule = ?3 AND {Temporal.StandingSql}");

    private readonly Statement _load = database.Prepare($"SELECT rule FROM suppressions WHERE dataset = ?1 AND segment = ?2 AND {Temporal.StandingSql}");

    private readonly Statement _count = database.Prepare($"SELECT count(*) FROM suppressions WHERE dataset = ?1 AND {Temporal.StandingSql}");

    public void Insert(long dataset, long position, RuleSuppressed suppressed) => _insert
        .Bind(1, position).Bind(2, Temporal.Standing).Bind(3, dataset).Bind(4, suppressed.Rule).Bind(5, suppressed.Segment).Bind(6, suppressed.Reason).Run();

    public void Close(long dataset, string segment, string rule, long position) => _close.Bind(1, dataset).Bind(2, segment).Bind(3, rule).Bind(4, position).Run();

    public void Load(long dataset, string segment, List<string> rules)
    {
        _load.Bind(1, dataset).Bind(2, segment);
        while (_load.Step())
        {
            rules.Add(_load.Text(0));
        }
    }

    public void Load(DatasetState dataset)
    {
        _count.Bind(1, dataset.Key).Step();
        dataset.Suppressions = _count.Int64(0);
        _count.Reset();
    }
}
