using System.Buffers;
using System.Text;
using Strata.Arrow;

namespace Strata.Rrd;

/// <summary>
/// Which timelines and components a manifest has: all that the schema of its table depends on. Remembered, since the manifests of one robot have one shape.
/// Source: rrd-format §9.2.
/// </summary>
internal sealed class ManifestShape
{
    // Holds the key of most recordings.
    private const int KeyBytes = 4096;

    private static readonly ContentCache<ManifestShape> Known = new();

    private ManifestShape(Schema tableSchema) => TableSchema = tableSchema;

    public Schema TableSchema { get; }

    public static ManifestShape Of(RrdManifest manifest)
    {
        var key = new ArrayBufferWriter<byte>(KeyBytes);
        WriteKey(manifest, key);
        return Known.Find(key.WrittenSpan) ?? Known.Add(key.WrittenSpan, new ManifestShape(SchemaOf(manifest)));
    }

    private static void WriteKey(RrdManifest manifest, ArrayBufferWriter<byte> key)
    {
        WriteNumber(manifest.Components.Count, key);
        foreach (var component in manifest.Components)
        {
            WriteDescriptor(component.Component, key);
        }
        WriteNumber(manifest.Timelines.Count, key);
        foreach (var timeline in manifest.Timelines)
        {
            WriteText(timeline.Timeline, key);
            WriteNumber((int)timeline.Kind, key);
        }
        foreach (var range in manifest.ComponentRanges)
        {
            WriteText(range.Timeline, key);
            WriteNumber((int)range.Kind, key);
            WriteDescriptor(range.Component, key);
        }
    }

    private static void WriteDescriptor(ComponentDescriptor descriptor, ArrayBufferWriter<byte> key)
    {
        WriteText(descriptor.Archetype, key);
        WriteText(descriptor.Component, key);
        WriteText(descriptor.ComponentType, key);
    }

    // Its length first, so that no two lists of texts have one key; -1 for none, which is another shape than an empty text.
    private static void WriteText(string? text, ArrayBufferWriter<byte> key)
    {
        WriteNumber(text is null ? -1 : Encoding.UTF8.GetByteCount(text), key);
        Encoding.UTF8.GetBytes(text, key);
    }

    private static void WriteNumber(int number, ArrayBufferWriter<byte> key)
    {
        System.Buffers.Binary.BinaryPrimitives.WriteInt32LittleEndian(key.GetSpan(sizeof(int)), number);
        key.Advance(sizeof(int));
    }

    private static Schema SchemaOf(RrdManifest manifest)
    {
        var fields = new List<Field>
        {
            new(ManifestTable.EntityPathColumn, StringType.Default, nullable: false),
            new(ManifestTable.ChunkIdColumn, new FixedSizeBinaryType(Tuid.Size), nullable: false),
            new(ManifestTable.IsStaticColumn, BooleanType.Default, nullable: false),
            new(ManifestTable.NumRowsColumn, UInt64Type.Default, nullable: false),
            new(ManifestTable.ByteOffsetColumn, UInt64Type.Default, nullable: false),
            new(ManifestTable.ByteSizeColumn, UInt64Type.Default, nullable: false),
            new(ManifestTable.UncompressedColumn, UInt64Type.Default, nullable: false),
        };
        foreach (var component in manifest.Components)
        {
            var metadata = new Dictionary<string, string> { [SorbetKeys.Index] = SorbetKeys.StaticIndex };
            ChunkFields.AddDescriptor(metadata, component.Component);
            fields.Add(new Field(ColumnNames.Manifest(null, component.Component, ColumnNames.HasStaticDataSuffix), BooleanType.Default, nullable: false, metadata));
        }
        foreach (var timeline in manifest.Timelines)
        {
            AddRange(fields, timeline.Timeline, timeline.Kind, null, new Dictionary<string, string> { [SorbetKeys.Index] = timeline.Timeline });
        }
        foreach (var range in manifest.ComponentRanges)
        {
            var metadata = new Dictionary<string, string> { [SorbetKeys.Index] = range.Timeline };
            ChunkFields.AddDescriptor(metadata, range.Component);
            AddRange(fields, range.Timeline, range.Kind, range.Component, metadata);
            fields.Add(new Field(ColumnNames.Manifest(range.Timeline, range.Component, ColumnNames.NumRowsSuffix), UInt64Type.Default, nullable: true, metadata));
        }
        return new Schema(fields);
    }

    private static void AddRange(List<Field> fields, string timeline, TimelineKind kind, ComponentDescriptor? component, Dictionary<string, string> metadata)
    {
        var type = TimelineTypes.TypeOf(kind);
        fields.Add(new Field(ColumnNames.Manifest(timeline, component, ColumnNames.StartSuffix), type, nullable: true, metadata));
        fields.Add(new Field(ColumnNames.Manifest(timeline, component, ColumnNames.EndSuffix), type, nullable: true, metadata));
    }
}
