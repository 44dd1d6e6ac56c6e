using Strata.Contracts;
using Strata.Projections.Storage;

namespace Strata.Projections.Backfills;

/// <summary>One row a state of a back-fill. What came of its segments is no column: the work that its pages opened, and the evaluations that settled it, tell that.</summary>
internal sealed class BackfillRows(SqliteDatabase database)
{
    public const string RunningSql = $"{Temporal.StandingSql} AND state = '{BackfillStates.Running}'";

    public const string Columns =
        """
        backfill, dataset_id, rule, revision, deriver, deriver_version, forced, condition, rate_per_second, segments, source_kind, source_who,
        start_position, started_at_ns, state, reason, changed_at_ns, version
        """;

    public static readonly TableDefinition Table = new(
        "backfills",
        $"""
        CREATE TABLE backfills (
            from_position INTEGER NOT NULL, to_position INTEGER NOT NULL,
            backfill TEXT NOT NULL, dataset_id TEXT NOT NULL, rule TEXT NOT NULL, revision INTEGER NOT NULL, deriver TEXT NOT NULL, deriver_version INTEGER NOT NULL,
            forced INTEGER NOT NULL, condition TEXT, rate_per_second INTEGER, segments INTEGER NOT NULL, source_kind TEXT NOT NULL, source_who TEXT,
            start_position INTEGER NOT NULL, started_at_ns INTEGER NOT NULL, state TEXT NOT NULL, reason TEXT, changed_at_ns INTEGER NOT NULL, version INTEGER NOT NULL,
            PRIMARY KEY (from_position, backfill)) WITHOUT ROWID;
        CREATE INDEX backfills_by_id ON backfills (backfill);
        CREATE INDEX backfills_standing ON backfills (dataset_id) WHERE {Temporal.StandingSql};
        CREATE INDEX backfills_running ON backfills (start_position) WHERE {RunningSql};
        """,
        "from_position",
        "backfill");

    /// <summary>One row a page. It is never closed: a page is admitted for ever.</summary>
    public static readonly TableDefinition Pages = new(
        "backfill_pages",
        """
        CREATE TABLE backfill_pages (
            from_position INTEGER PRIMARY KEY, backfill TEXT NOT NULL, segments INTEGER NOT NULL, last_segment TEXT NOT NULL, version INTEGER NOT NULL, admitted_at_ns INTEGER NOT NULL);
        CREATE INDEX backfill_pages_by_id ON backfill_pages (backfill, from_position);
        """,
        "from_position");

    private readonly Statement _insert = database.Prepare(
        $"INSERT INTO backfills VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?1, ?15, '{BackfillStates.Running}', NULL, ?15, ?16)");

    private readonly Statement _close = database.Prepare($"UPDATE backfills SET to_position = ?2 WHERE backfill = ?1 AND {Temporal.StandingSql}");

    private readonly Statement _turn = database.Prepare(
        """
        INSERT INTO backfills
        SELECT ?2, ?3, backfill, dataset_id, rule, revision, deriver, deriver_version, forced, condition, rate_per_second, segments, source_kind, source_who,
            start_position, started_at_ns, ?4, ?5, ?6, ?7
        FROM backfills WHERE backfill = ?1 AND to_position = ?2
        """);

    private readonly Statement _page = database.Prepare("INSERT INTO backfill_pages VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
    private readonly Statement _find = database.Prepare($"SELECT revision, deriver_version, forced, start_position FROM backfills WHERE backfill = ?1 AND {Temporal.StandingSql}");

    private readonly Statement _underWay = database.Prepare(
        $"SELECT backfill, version FROM backfills WHERE dataset_id = ?1 AND {Temporal.StandingSql} AND state IN ('{BackfillStates.Running}', '{BackfillStates.Paused}') ORDER BY backfill");

    public void Insert(long position, long recordedAtNs, long version, BackfillStarted started) => _insert
        .Bind(1, position).Bind(2, Temporal.Standing).Bind(3, started.BackfillId).Bind(4, started.Dataset.Value).Bind(5, started.Rule).Bind(6, started.Revision)
        .Bind(7, started.Deriver).Bind(8, started.DeriverVersion).Bind(9, started.Forced ? 1 : 0).Bind(10, started.Where).Bind(11, started.RatePerSecond)
        .Bind(12, started.Segments).Bind(13, started.Source.Kind).Bind(14, started.Source.Who).Bind(15, recordedAtNs).Bind(16, version).Run();

    public void Turn(long position, long recordedAtNs, long version, string backfill, string state, string? reason)
    {
        _close.Bind(1, backfill).Bind(2, position).Run();
        _turn.Bind(1, backfill).Bind(2, position).Bind(3, Temporal.Standing).Bind(4, state).Bind(5, reason).Bind(6, recordedAtNs).Bind(7, version).Run();
    }

    /// <summary>With their dataset all of its back-fills are over.</summary>
    public void CancelAll(long position, long recordedAtNs, DatasetId dataset)
    {
        var underWay = new List<(string Backfill, long Version)>();
        _underWay.Bind(1, dataset.Value);
        while (_underWay.Step())
        {
            underWay.Add((_underWay.Text(0), _underWay.Int64(1)));
        }

        foreach (var (backfill, version) in underWay)
        {
            Turn(position, recordedAtNs, version, backfill, BackfillStates.Cancelled, "the dataset was deleted");
        }
    }

    public void AddPage(long position, long recordedAtNs, long version, BackfillAdmitted admitted) => _page
        .Bind(1, position).Bind(2, admitted.BackfillId).Bind(3, admitted.Segments.Count).Bind(4, admitted.Segments[^1]).Bind(5, version).Bind(6, recordedAtNs).Run();

    /// <returns>Null: no event began it.</returns>
    public BackfillAim? Find(string backfill)
    {
        var found = _find.Bind(1, backfill).Step() ? new BackfillAim(backfill, _find.Int32(0), _find.Int32(1), _find.Int64(2) != 0, _find.Int64(3)) : null;
        _find.Reset();
        return found;
    }
}

/// <summary>What the work list needs of a back-fill.</summary>
internal sealed record BackfillAim(string Backfill, int Revision, int DeriverVersion, bool Forced, long StartPosition);
