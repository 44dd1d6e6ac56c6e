using Strata.Contracts;
using Strata.Projections.Storage;

namespace Strata.Projections.SegmentProperties;

/// <summary>One row for each time that somebody gave properties to a segment beside its layers, with the tags among them as the segment table shows them.</summary>
internal sealed class SegmentPropertyRows(SqliteDatabase database)
{
    public static readonly TableDefinition Table = new(
        "segment_properties",
        """
        CREATE TABLE segment_properties (
            from_position INTEGER PRIMARY KEY, to_position INTEGER NOT NULL,
            dataset INTEGER NOT NULL, segment TEXT NOT NULL, revision INTEGER NOT NULL, properties_blob BLOB NOT NULL,
            shape INTEGER, properties BLOB);
        CREATE INDEX segment_properties_by_segment ON segment_properties (dataset, segment);
        CREATE INDEX segment_properties_by_shape ON segment_properties (dataset, shape, to_position);
        """,
        "from_position");

    private readonly Statement _insert = database.Prepare("INSERT INTO segment_properties VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)");

    private readonly Statement _close = database.Prepare($"UPDATE segment_properties SET to_position = ?3 WHERE dataset = ?1 AND segment = ?2 AND {Temporal.StandingSql}");

    /// <param name="shape">Of <c>LayerShapeRows</c>; null where there are no tags.</param>
    /// <param name="tags">A <c>BatchDelta</c>.</param>
    public void Insert(long dataset, long position, SegmentPropertiesSet set, long? shape, ReadOnlySpan<byte> tags)
    {
        Close(dataset, position, set.Segment);
        _insert.Bind(1, position).Bind(2, Temporal.Standing).Bind(3, dataset).Bind(4, set.Segment).Bind(5, set.Revision).Bind(6, set.PropertiesBlob).Bind(7, shape);
        if (shape is null)
        {
            _insert.BindNull(8);
        }
        else
        {
            _insert.Bind(8, tags);
        }

        _insert.Run();
    }

    public void Close(long dataset, long position, string segment) => _close.Bind(1, dataset).Bind(2, segment).Bind(3, position).Run();
}
