using Strata.Arrow.FlatBuffers;

namespace Strata.Arrow.Ipc;

/// <summary>Reads a Schema table. Source: rrd-format Appendix A.</summary>
internal sealed class SchemaDecoder
{
    /// <summary>Dictionary ids by the very instance of the type: equal types of two columns have ids of their own.</summary>
    private Dictionary<DictionaryType, long>? _ids;

    public IReadOnlyDictionary<DictionaryType, long>? DictionaryIds => _ids;

    public Schema Decode(FlatBufferTable table)
    {
        short endianness = table.Int16(SchemaSlots.Endianness);
        if (endianness != 0)
            throw table.Fault("little-endian data", "big-endian data, which is not supported");
        int count = table.TableCount(SchemaSlots.Fields);
        if (count > ArrowLimits.MaxColumns)
            throw table.Fault($"at most {ArrowLimits.MaxColumns} columns", $"{count}");
        var fields = new Field[count];
        for (int k = 0; k < count; k++)
            fields[k] = Field(table.TableInVector(SchemaSlots.Fields, k), 1);
        return new Schema(fields, Metadata(table, SchemaSlots.Metadata));
    }

    /// <summary>The key/value pairs in a slot, or null when there are none.</summary>
    public static Field.OwnedMetadata? Metadata(FlatBufferTable table, int slot)
    {
        int count = table.TableCount(slot);
        if (count == 0)
            return null;
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        for (int k = 0; k < count; k++)
        {
            FlatBufferTable pair = table.TableInVector(slot, k);
            string key = pair.String(0, ArrowLimits.MaxNameBytes, "a metadata key") ?? "";
            // Duplicate keys: the last one wins, as in arrow-rs.
            metadata[key] = pair.String(1, ArrowLimits.MaxMetadataBytes, "a metadata value") ?? "";
        }

        return new Field.OwnedMetadata(metadata);
    }

    private Field Field(FlatBufferTable table, int depth)
    {
        if (depth > ArrowLimits.MaxTypeDepth)
            throw table.Fault($"types nested at most {ArrowLimits.MaxTypeDepth} deep", "deeper ones");
        string name = table.String(FieldSlots.Name, ArrowLimits.MaxNameBytes, "a field name") ?? "";
        ArrowType type = TypeDecoder.Decode(table, Children(table, depth));
        if (table.Has(FieldSlots.Dictionary))
            type = Dictionary(table.Table(FieldSlots.Dictionary, "a dictionary encoding"), type);
        return new Field(name, type, table.Bool(FieldSlots.Nullable), Metadata(table, FieldSlots.Metadata));
    }

    private Field[] Children(FlatBufferTable table, int depth)
    {
        int count = table.TableCount(FieldSlots.Children);
        if (count == 0)
            return [];
        if (count > ArrowLimits.MaxColumns)
            throw table.Fault($"at most {ArrowLimits.MaxColumns} children of a field", $"{count}");
        var children = new Field[count];
        for (int k = 0; k < count; k++)
            children[k] = Field(table.TableInVector(FieldSlots.Children, k), depth + 1);
        return children;
    }

    private DictionaryType Dictionary(FlatBufferTable encoding, ArrowType valueType)
    {
        // Arrow's default where the index type is absent: signed 32 bits.
        ArrowType index = encoding.Has(DictionarySlots.IndexType) ? TypeDecoder.Int(encoding.Table(DictionarySlots.IndexType, "an index type")) : Int32Type.Default;
        var type = new DictionaryType(index, valueType, encoding.Bool(DictionarySlots.Ordered));
        _ids ??= new Dictionary<DictionaryType, long>(ReferenceEqualityComparer.Instance);
        _ids.Add(type, encoding.Int64(DictionarySlots.Id));
        return type;
    }
}
