using Strata.Contracts;
using Strata.Projections.Storage;

namespace Strata.Projections.SegmentProperties;

/// <summary>One row for each time that a client gave properties to a segment beside its layers.</summary>
internal sealed class SegmentPropertyRows(SqliteDatabase database)
{
    public static readonly TableDefinition Table = new(
        "segment_properties",
        """
        CREATE TABLE segment_properties (
            from_position INTEGER PRIMARY KEY, to_position INTEGER NOT NULL,
            dataset INTEGER NOT NULL, segment TEXT NOT NULL, revision INTEGER NOT NULL, properties_blob BLOB NOT NULL);
        CREATE INDEX segment_properties_by_segment ON segment_properties (dataset, segment);
        """,
        "from_position");

    private readonly Statement _insert = database.Prepare("INSERT INTO segment_properties VALUES (?1, ?2, ?3, ?4, ?5, ?6)");

    private readonly Statement _close = database.Prepare($"UPDATE segment_properties SET to_position = ?3 WHERE dataset = ?1 AND segment = ?2 AND {Temporal.StandingSql}");

    public void Insert(long dataset, long position, SegmentPropertiesSet set)
    {
        Close(dataset, position, set.Segment);
        _insert.Bind(1, position).Bind(2, Temporal.Standing).Bind(3, dataset).Bind(4, set.Segment).Bind(5, set.Revision).Bind(6, set.PropertiesBlob).Run();
    }

    public void Close(long dataset, long position, string segment) => _close.Bind(1, dataset).Bind(2, segment).Bind(3, position).Run();
}
