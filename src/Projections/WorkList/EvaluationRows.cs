using System.Buffers;
using Strata.Contracts;
using Strata.Projections.Folding;
using Strata.Projections.Storage;

namespace Strata.Projections.WorkList;

/// <summary>One row an evaluation; the latest of each (rule, segment) stands, and of each (rule, schema) those that were decided for a schema, with an empty segment.</summary>
internal sealed class EvaluationRows(SqliteDatabase database)
{
    private const string KeptOutSql = $"reason IN ('{SkipReasons.SchemaConflict}', '{SkipReasons.YieldedSchema}')";

    public static readonly TableDefinition Table = new(
        "evaluations",
        $"""
        CREATE TABLE evaluations (
            from_position INTEGER PRIMARY KEY, to_position INTEGER NOT NULL,
            dataset INTEGER NOT NULL, segment TEXT NOT NULL, rule TEXT NOT NULL, revision INTEGER NOT NULL, output_layer TEXT NOT NULL,
            outcome TEXT NOT NULL, reason TEXT, detail TEXT, work_id BLOB, schema_sha256 BLOB, inputs BLOB NOT NULL, output_fingerprint BLOB,
            rows_used INTEGER NOT NULL, rows_dropped BLOB NOT NULL, attempt INTEGER NOT NULL, recorded_at_ns INTEGER NOT NULL,
            deriver_version INTEGER, backfill TEXT);
        CREATE INDEX evaluations_by_segment ON evaluations (dataset, segment, to_position);
        CREATE INDEX evaluations_kept_out ON evaluations (dataset, from_position) WHERE {Temporal.StandingSql} AND {KeptOutSql};
        """,
        "from_position");

    private readonly Statement _insert = database.Prepare(
        "INSERT INTO evaluations VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20)");

    private readonly ArrayBufferWriter<byte> _bytes = new();

    private readonly Statement _close = database.Prepare("UPDATE evaluations SET to_position = ?2 WHERE from_position = ?1");

    private readonly Statement _closeOfSchema = database.Prepare(
        $"""
        UPDATE evaluations SET to_position = ?4
        WHERE dataset = ?1 AND segment = '' AND rule = ?2 AND schema_sha256 = ?3 AND {Temporal.StandingSql}
        """);

    private readonly Statement _load = database.Prepare(
        $"SELECT rule, work_id, outcome, reason, from_position FROM evaluations WHERE dataset = ?1 AND segment = ?2 AND {Temporal.StandingSql}");

    private readonly Statement _yield = database.Prepare(
        $"""
        INSERT INTO evaluations
        SELECT ?2, to_position, dataset, segment, rule, revision, output_layer, '{EvaluationFold.Skipped}', '{SkipReasons.YieldedSchema}', ?4, work_id, schema_sha256,
            inputs, NULL, 0, rows_dropped, attempt, ?3, deriver_version, backfill
        FROM evaluations WHERE from_position = ?1
        """);

    private readonly Statement _keptOut = database.Prepare(
        $"SELECT segment, rule FROM evaluations WHERE dataset = ?1 AND {Temporal.StandingSql} AND {KeptOutSql} ORDER BY from_position");

    public void Insert(long position, long recordedAtNs, long dataset, EvaluationEntry entry)
    {
        _bytes.ResetWrittenCount();
        ByteColumns.WriteInputs(_bytes, entry.Inputs);
        var inputs = _bytes.WrittenCount;
        ByteColumns.WriteDroppedRows(_bytes, entry.RowsDropped);
        _insert.Bind(1, position).Bind(2, Temporal.Standing).Bind(3, dataset).Bind(4, entry.Segment).Bind(5, entry.Rule).Bind(6, entry.Revision).Bind(7, entry.OutputLayer)
            .Bind(8, entry.Outcome).Bind(9, entry.Reason).Bind(10, entry.Detail).Bind(11, entry.WorkId).Bind(12, entry.Schema)
            .Bind(13, _bytes.WrittenSpan[..inputs]).Bind(14, entry.OutputFingerprint).Bind(15, entry.RowsUsed)
            .Bind(16, _bytes.WrittenSpan[inputs..]).Bind(17, entry.Attempt).Bind(18, recordedAtNs).Bind(19, entry.DeriverVersion).Bind(20, entry.Backfill).Run();
    }

    public void Close(long fromPosition, long position) => _close.Bind(1, fromPosition).Bind(2, position).Run();

    public void CloseOfSchema(long dataset, string rule, Sha256Digest schema, long position) =>
        _closeOfSchema.Bind(1, dataset).Bind(2, rule).Bind(3, schema).Bind(4, position).Run();

    /// <summary>The decision of <paramref name="before"/> holds no longer: what it derived gave way.</summary>
    public void Yield(long before, long position, long recordedAtNs, string detail)
    {
        _yield.Bind(1, before).Bind(2, position).Bind(3, recordedAtNs).Bind(4, detail).Run();
        Close(before, position);
    }

    /// <summary>What rules would derive if schemas of given layers did not stand in the way.</summary>
    public List<(string Segment, string Rule)> KeptOut(long dataset)
    {
        var items = new List<(string Segment, string Rule)>();
        _keptOut.Bind(1, dataset);
        while (_keptOut.Step())
        {
            items.Add((_keptOut.Text(0), _keptOut.Text(1)));
        }

        return items;
    }

    public void LoadDecisions(long dataset, string segment, List<DecisionState> decisions)
    {
        _load.Bind(1, dataset).Bind(2, segment);
        while (_load.Step())
        {
            decisions.Add(new(_load.Text(0), _load.Digest(1), _load.Text(2), _load.TextOrNull(3), _load.Int64(4)));
        }
    }

    public void LoadSkippedSchemas(DatasetState dataset)
    {
        var statement = database.Prepare(
            $"SELECT rule, revision, schema_sha256, from_position, deriver_version FROM evaluations WHERE dataset = ?1 AND segment = '' AND {Temporal.StandingSql}");
        statement.Bind(1, dataset.Key);
        while (statement.Step())
        {
            dataset.SkippedSchemas[(statement.Text(0), statement.Int32(1), statement.Digest(2))] = new(statement.Int64(3), (int?)statement.Int64OrNull(4));
        }
    }
}

/// <param name="Segment">Empty when it was decided for a schema.</param>
internal sealed record EvaluationEntry(
    string Segment,
    string Rule,
    int Revision,
    string OutputLayer,
    string Outcome,
    string? Reason,
    string? Detail,
    Sha256Digest? WorkId,
    Sha256Digest? Schema,
    EquatableArray<DerivationInput> Inputs,
    Sha256Digest? OutputFingerprint,
    long RowsUsed,
    EquatableArray<DroppedRows> RowsDropped,
    int Attempt)
{
    /// <summary>Of the deriver that decided; null where none was asked, and in logs of the first versions.</summary>
    public int? DeriverVersion { get; init; }

    public string? Backfill { get; init; }
}
