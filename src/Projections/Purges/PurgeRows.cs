using Strata.Contracts;
using Strata.Projections.Storage;

namespace Strata.Projections.Purges;

/// <summary>One row a purge of a segment: what lay there before its position is read by nobody any more, as of whatever position.</summary>
internal sealed class PurgeRows(SqliteDatabase database)
{
    public static readonly TableDefinition Table = new(
        "purges",
        """
        CREATE TABLE purges (position INTEGER PRIMARY KEY, dataset INTEGER NOT NULL, segment TEXT NOT NULL, reason TEXT NOT NULL, recorded_at_ns INTEGER NOT NULL);
        CREATE INDEX purges_by_segment ON purges (dataset, segment);
        """,
        "position");

    private readonly Statement _insert = database.Prepare("INSERT INTO purges VALUES (?1, ?2, ?3, ?4, ?5)");

    // Also one that was deleted: its bytes were there all the same.
    private readonly Statement _dataset = database.Prepare("SELECT dataset FROM datasets WHERE dataset_id = ?1 LIMIT 1");

    private readonly Statement _holds = database.Prepare(
        """
        SELECT 1 FROM layers WHERE dataset = ?1 AND segment = ?2 AND properties IS NOT NULL
        UNION ALL SELECT 1 FROM segment_properties WHERE dataset = ?1 AND segment = ?2 AND properties IS NOT NULL LIMIT 1
        """);

    /// <summary>The condition under which a row of <paramref name="table"/> was not purged.</summary>
    public static string IsKept(string table) =>
        $"NOT EXISTS (SELECT 1 FROM purges WHERE purges.dataset = {table}.dataset AND purges.segment = {table}.segment AND purges.position > {table}.from_position)";

    public static bool AnyIn(ReadScope scope, DatasetId dataset)
    {
        var any = scope.Database.Prepare("SELECT 1 FROM purges WHERE dataset IN (SELECT dataset FROM datasets WHERE dataset_id = ?1) LIMIT 1").Bind(1, dataset.Value);
        var found = any.Step();
        any.Reset();
        return found;
    }

    /// <summary>Whether values of any properties of the segment lie in the tables.</summary>
    public static bool HoldProperties(SqliteDatabase database, DatasetId dataset, string segment) => database
        .Prepare(
            """
            SELECT 1 FROM layers WHERE dataset IN (SELECT dataset FROM datasets WHERE dataset_id = ?1) AND segment = ?2 AND properties IS NOT NULL
            UNION ALL SELECT 1 FROM segment_properties WHERE dataset IN (SELECT dataset FROM datasets WHERE dataset_id = ?1) AND segment = ?2 AND properties IS NOT NULL LIMIT 1
            """)
        .Bind(1, dataset.Value).Bind(2, segment).Step();

    public void Insert(long position, long recordedAtNs, RecordingPurged purged)
    {
        if (Find(purged.Dataset) is { } dataset)
        {
            _insert.Bind(1, position).Bind(2, dataset).Bind(3, purged.Segment).Bind(4, purged.Reason).Bind(5, recordedAtNs).Run();
        }
    }

    /// <summary>Whether values of the segment's properties lie in these tables: only a replay that knows of the purge from its start makes tables without them.</summary>
    public bool HoldsPropertiesOf(RecordingPurged purged)
    {
        if (Find(purged.Dataset) is not { } dataset)
        {
            return false;
        }

        var holds = _holds.Bind(1, dataset).Bind(2, purged.Segment).Step();
        _holds.Reset();
        return holds;
    }

    private long? Find(DatasetId id)
    {
        long? found = _dataset.Bind(1, id.Value).Step() ? _dataset.Int64(0) : null;
        _dataset.Reset();
        return found;
    }
}
