using Strata.Arrow.FlatBuffers;

namespace Strata.Arrow.Ipc;

/// <summary>Writes fields and types in arrow-rs' order of building, which fixes every byte. Source: rrd-format Appendix B.</summary>
internal sealed class TypeEncoder(FlatBufferBuilder builder)
{
    private long _nextDictionaryId;

    public int Fields(IReadOnlyList<Field> fields)
    {
        var offsets = new int[fields.Count];
        for (int k = 0; k < offsets.Length; k++)
            offsets[k] = Field(fields[k]);
        return builder.OffsetVector(offsets);
    }

    public int Metadata(IReadOnlyDictionary<string, string> metadata)
    {
        string[] keys = [.. metadata.Keys];
        // By bytes, as Rust orders strings: UTF-16 order differs for characters outside the basic plane.
        System.Array.Sort(keys, CompareUtf8);
        var offsets = new int[keys.Length];
        for (int k = 0; k < keys.Length; k++)
        {
            int key = builder.String(keys[k]);
            int value = builder.String(metadata[keys[k]]);
            builder.StartTable();
            builder.Offset(0, key);
            builder.Offset(1, value);
            offsets[k] = builder.EndTable();
        }

        return builder.OffsetVector(offsets);
    }

    private static int CompareUtf8(string a, string b)
    {
        int common = Math.Min(a.Length, b.Length);
        for (int k = 0; k < common; k++)
        {
            if (a[k] != b[k])
            {
                bool surrogateA = char.IsSurrogate(a[k]);
                return surrogateA != char.IsSurrogate(b[k]) ? (surrogateA ? 1 : -1) : a[k].CompareTo(b[k]);
            }
        }

        return a.Length.CompareTo(b.Length);
    }

    private int Field(Field field)
    {
        int metadata = field.HasMetadata ? Metadata(field.Metadata) : 0;
        int name = builder.String(field.Name);
        ArrowType type = field.DataType is DictionaryType dictionary ? dictionary.ValueType : field.DataType;
        (TypeCode code, int table, int children) = Type(type);
        int encoding = field.DataType is DictionaryType d ? Encoding(d) : 0;
        builder.StartTable();
        builder.Offset(FieldSlots.Name, name);
        if (encoding != 0)
            builder.Offset(FieldSlots.Dictionary, encoding);
        builder.Byte(FieldSlots.TypeCode, (byte)code, 0);
        builder.Bool(FieldSlots.Nullable, field.IsNullable);
        builder.Offset(FieldSlots.Children, children);
        builder.Offset(FieldSlots.Type, table);
        if (metadata != 0)
            builder.Offset(FieldSlots.Metadata, metadata);
        return builder.EndTable();
    }

    private int Encoding(DictionaryType type)
    {
        int index = Int((NumberType)type.IndexType);
        builder.StartTable();
        builder.Int64(DictionarySlots.Id, _nextDictionaryId++, 0);
        builder.Offset(DictionarySlots.IndexType, index);
        builder.Bool(DictionarySlots.Ordered, type.Ordered);
        return builder.EndTable();
    }

    private (TypeCode Code, int Table, int Children) Type(ArrowType type)
    {
        switch (type)
        {
            case HalfFloatType or FloatType or DoubleType:
                int none = builder.OffsetVector([]);
                builder.StartTable();
                builder.Int16(0, (short)(type.ValueBytes >> 2), 0);
                return (TypeCode.FloatingPoint, builder.EndTable(), none);
            case NumberType number:
                none = builder.OffsetVector([]);
                return (TypeCode.Int, Int(number), none);
            case TimestampType timestamp:
                int timezone = builder.String(timestamp.Timezone ?? "");
                builder.StartTable();
                builder.Int16(0, (short)timestamp.Unit, 0);
                if (!string.IsNullOrEmpty(timestamp.Timezone))
                    builder.Offset(1, timezone);
                return Leaf(TypeCode.Timestamp, builder.EndTable());
            default:
                return type.IsNested ? Nested(type) : Simple(type);
        }
    }

    private (TypeCode Code, int Table, int Children) Nested(ArrowType type)
    {
        int[] children = [.. ChildFields(type).Select(Field)];
        int typeIds = type is UnionType ids ? builder.Int32Vector(ids.TypeIds) : 0;
        builder.StartTable();
        TypeCode code = TypeCode.Struct;
        switch (type)
        {
            case FixedSizeListType fixedSize:
                builder.Int32(0, fixedSize.ListSize, 0);
                code = TypeCode.FixedSizeList;
                break;
            case MapType map:
                builder.Bool(0, map.KeySorted);
                code = TypeCode.Map;
                break;
            case UnionType union:
                builder.Int16(0, (short)union.Mode, 0);
                builder.Offset(1, typeIds);
                code = TypeCode.Union;
                break;
            case ListType:
                code = TypeCode.List;
                break;
            case LargeListType:
                code = TypeCode.LargeList;
                break;
            case ListViewType:
                code = TypeCode.ListView;
                break;
            case LargeListViewType:
                code = TypeCode.LargeListView;
                break;
            case RunEndEncodedType:
                code = TypeCode.RunEndEncoded;
                break;
        }

        return (code, builder.EndTable(), builder.OffsetVector(children));
    }

    private static IReadOnlyList<Field> ChildFields(ArrowType type) => type switch
    {
        ListLikeType list => [list.ValueField],
        StructType s => s.Fields,
        UnionType union => union.Fields,
        RunEndEncodedType runs => [runs.RunEndsField, runs.ValuesField],
        _ => [],
    };

    private (TypeCode Code, int Table, int Children) Simple(ArrowType type)
    {
        builder.StartTable();
        TypeCode code;
        switch (type)
        {
            case FixedSizeBinaryType fixedSize:
                builder.Int32(0, fixedSize.ByteWidth, 0);
                code = TypeCode.FixedSizeBinary;
                break;
            case DecimalType number:
                builder.Int32(0, number.Precision, 0);
                builder.Int32(1, number.Scale, 0);
                builder.Int32(2, number.BitWidth, 128);
                code = TypeCode.Decimal;
                break;
            case Date32Type or Date64Type:
                builder.Int16(0, (short)(type is Date32Type ? 0 : 1), 1);
                code = TypeCode.Date;
                break;
            case Time32Type or Time64Type:
                builder.Int32(1, 8 * type.ValueBytes, 32);
                builder.Int16(0, (short)((TimeBasedType)type).Unit, 1);
                code = TypeCode.Time;
                break;
            case DurationType duration:
                builder.Int16(0, (short)duration.Unit, 1);
                code = TypeCode.Duration;
                break;
            case IntervalType interval:
                builder.Int16(0, (short)interval.Unit, 0);
                code = TypeCode.Interval;
                break;
            default:
                code = Bare(type);
                break;
        }

        return Leaf(code, builder.EndTable());
    }

    private static TypeCode Bare(ArrowType type) => type.TypeId switch
    {
        ArrowTypeId.Null => TypeCode.Null,
        ArrowTypeId.Boolean => TypeCode.Bool,
        ArrowTypeId.String => TypeCode.Utf8,
        ArrowTypeId.Binary => TypeCode.Binary,
        ArrowTypeId.LargeString => TypeCode.LargeUtf8,
        ArrowTypeId.LargeBinary => TypeCode.LargeBinary,
        ArrowTypeId.StringView => TypeCode.Utf8View,
        ArrowTypeId.BinaryView => TypeCode.BinaryView,
        _ => throw new ArrowFormatException(-1, "a type that IPC can write", $"{type} as the values of a dictionary"),
    };

    private (TypeCode Code, int Table, int Children) Leaf(TypeCode code, int table) => (code, table, builder.OffsetVector([]));

    private int Int(NumberType type)
    {
        builder.StartTable();
        builder.Bool(1, type.TypeId is ArrowTypeId.Int8 or ArrowTypeId.Int16 or ArrowTypeId.Int32 or ArrowTypeId.Int64);
        builder.Int32(0, type.BitWidth, 0);
        return builder.EndTable();
    }
}
