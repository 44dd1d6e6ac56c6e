using System.Buffers;
using Strata.Contracts;
using Strata.Projections.Folding;
using Strata.Projections.Storage;

namespace Strata.Projections.WorkList;

/// <summary>One row an item of work, from the event that made it possible to the one that settled it.</summary>
internal sealed class WorkRows(SqliteDatabase database)
{
    public static readonly TableDefinition Table = new(
        "work",
        $"""
        CREATE TABLE work (
            from_position INTEGER NOT NULL, work_id BLOB NOT NULL, to_position INTEGER NOT NULL,
            dataset INTEGER NOT NULL, segment TEXT NOT NULL, rule TEXT NOT NULL, revision INTEGER NOT NULL, inputs BLOB NOT NULL, schema_sha256 BLOB NOT NULL, backfill TEXT,
            PRIMARY KEY (from_position, work_id)) WITHOUT ROWID;
        CREATE INDEX work_open ON work (from_position, work_id) WHERE {Temporal.StandingSql};
        CREATE INDEX work_open_by_segment ON work (dataset, segment) WHERE {Temporal.StandingSql};
        CREATE INDEX work_by_segment ON work (dataset, segment);
        """,
        "from_position",
        "work_id");

    private readonly Statement _insert = database.Prepare("INSERT INTO work VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)");
    private readonly Statement _close = database.Prepare("UPDATE work SET to_position = ?3 WHERE from_position = ?1 AND work_id = ?2");

    private readonly Statement _closeAll = database.Prepare($"UPDATE work SET to_position = ?2 WHERE dataset = ?1 AND {Temporal.StandingSql}");

    private readonly Statement _open = database.Prepare(
        $"SELECT rule, revision, work_id, from_position, schema_sha256, backfill FROM work WHERE dataset = ?1 AND segment = ?2 AND {Temporal.StandingSql}");

    private readonly Statement _openOfRule = database.Prepare(
        $"SELECT segment FROM work WHERE dataset = ?1 AND rule = ?2 AND {Temporal.StandingSql} ORDER BY from_position, work_id");

    private readonly Statement _openOfBackfill = database.Prepare(
        $"SELECT segment FROM work WHERE dataset = ?1 AND backfill = ?2 AND {Temporal.StandingSql} ORDER BY from_position, work_id");

    /// <summary>
    /// Rows opened in this batch. Most are closed in the same batch when a log is replayed: written once, at its end, such a row never touches
    /// the two indexes of open items.
    /// </summary>
    private readonly List<OpenedWork> _opened = [];

    private readonly ArrayBufferWriter<byte> _inputs = new();

    public void Open(long dataset, string segment, WorkState item, EquatableArray<DerivationInput> inputs)
    {
        item.Unwritten = new(dataset, segment, item, inputs) { To = Temporal.Standing };
        _opened.Add(item.Unwritten);
    }

    public void Close(WorkState item, long position)
    {
        if (item.Unwritten is { } opened)
        {
            opened.To = position;
            return;
        }

        _close.Bind(1, item.OpenedAt).Bind(2, item.WorkId).Bind(3, position).Run();
    }

    /// <summary>Of one dataset: nothing of it is to be done any more.</summary>
    public void CloseAll(long dataset, long position)
    {
        Flush();
        _closeAll.Bind(1, dataset).Bind(2, position).Run();
    }

    public void Flush()
    {
        foreach (var opened in _opened)
        {
            var item = opened.Item;
            item.Unwritten = null;
            _inputs.ResetWrittenCount();
            ByteColumns.WriteInputs(_inputs, opened.Inputs);
            _insert.Bind(1, item.OpenedAt).Bind(2, item.WorkId).Bind(3, opened.To).Bind(4, opened.Dataset).Bind(5, opened.Segment).Bind(6, item.Rule)
                .Bind(7, item.Revision).Bind(8, _inputs.WrittenSpan).Bind(9, item.Schema).Bind(10, item.Backfill).Run();
        }

        _opened.Clear();
    }

    public void LoadOpen(long dataset, string segment, List<WorkState> items)
    {
        if (_opened.Exists(opened => opened.Dataset == dataset && opened.Segment == segment))
        {
            Flush();
        }

        _open.Bind(1, dataset).Bind(2, segment);
        while (_open.Step())
        {
            items.Add(new(_open.Text(0), _open.Int32(1), _open.Digest(2), _open.Int64(3), _open.Digest(4), _open.TextOrNull(5)));
        }
    }

    /// <summary>Segments in which the rule has an open item, in the order of the work list.</summary>
    public List<string> OpenSegments(long dataset, string rule) => ReadSegments(_openOfRule, dataset, rule);

    /// <summary>Segments in which an item of the back-fill is open, in the order of the work list.</summary>
    public List<string> OpenSegmentsOf(long dataset, string backfill) => ReadSegments(_openOfBackfill, dataset, backfill);

    private List<string> ReadSegments(Statement statement, long dataset, string name)
    {
        Flush();
        var segments = new List<string>();
        statement.Bind(1, dataset).Bind(2, name);
        while (statement.Step())
        {
            segments.Add(statement.Text(0));
        }

        return segments;
    }
}

internal sealed class OpenedWork(long dataset, string segment, WorkState item, EquatableArray<DerivationInput> inputs)
{
    public long Dataset { get; } = dataset;

    public string Segment { get; } = segment;

    public WorkState Item { get; } = item;

    public EquatableArray<DerivationInput> Inputs { get; } = inputs;

    public long To { get; set; }
}
