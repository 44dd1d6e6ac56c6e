using Strata.Arrow.FlatBuffers;

namespace Strata.Arrow.Ipc;

/// <summary>Reads the type of a Field table, of which the children are read already. Source: rrd-format Appendix A.</summary>
internal static class TypeDecoder
{
    public static ArrowType Decode(FlatBufferTable field, Field[] children)
    {
        var code = (TypeCode)field.Byte(FieldSlots.TypeCode);
        switch (code)
        {
            case TypeCode.Null:
                return NullType.Default;
            case TypeCode.Bool:
                return BooleanType.Default;
            case TypeCode.Utf8:
                return StringType.Default;
            case TypeCode.Binary:
                return BinaryType.Default;
            case TypeCode.LargeUtf8:
                return LargeStringType.Default;
            case TypeCode.LargeBinary:
                return LargeBinaryType.Default;
            case TypeCode.Utf8View:
                return StringViewType.Default;
            case TypeCode.BinaryView:
                return BinaryViewType.Default;
            case TypeCode.List:
                return new ListType(Only(field, children, code));
            case TypeCode.LargeList:
                return new LargeListType(Only(field, children, code));
            case TypeCode.ListView:
                return new ListViewType(Only(field, children, code));
            case TypeCode.LargeListView:
                return new LargeListViewType(Only(field, children, code));
            case TypeCode.Struct:
                return new StructType(children);
            case TypeCode.RunEndEncoded:
                return RunEnds(field, children);
            default:
                return WithParameters(field, field.Table(FieldSlots.Type, $"the parameters of type {code}"), code, children);
        }
    }

    public static NumberType Int(FlatBufferTable type) => (type.Int32(0), type.Bool(1)) switch
    {
        (8, true) => Int8Type.Default,
        (8, false) => UInt8Type.Default,
        (16, true) => Int16Type.Default,
        (16, false) => UInt16Type.Default,
        (32, true) => Int32Type.Default,
        (32, false) => UInt32Type.Default,
        (64, true) => Int64Type.Default,
        (64, false) => UInt64Type.Default,
        var (bits, _) => throw type.Fault("an integer of 8, 16, 32 or 64 bits", $"{bits}"),
    };

    private static ArrowType WithParameters(FlatBufferTable field, FlatBufferTable type, TypeCode code, Field[] children)
    {
        switch (code)
        {
            case TypeCode.Int:
                return Int(type);
            case TypeCode.FloatingPoint:
                return type.Int16(0) switch
                {
                    0 => HalfFloatType.Default,
                    1 => FloatType.Default,
                    2 => DoubleType.Default,
                    var precision => throw type.Fault("floating-point precision 0, 1 or 2", $"{precision}"),
                };
            case TypeCode.Decimal:
                return Decimal(type);
            case TypeCode.Date:
                return Unit(type, 0, 1, 1) == 0 ? Date32Type.Default : Date64Type.Default;
            case TypeCode.Time:
                return Time(type);
            case TypeCode.Timestamp:
                string? timezone = type.String(1, ArrowLimits.MaxNameBytes, "a timezone");
                return new TimestampType((TimeUnit)Unit(type, 0, 0, 3), string.IsNullOrEmpty(timezone) ? null : timezone);
            case TypeCode.Duration:
                return new DurationType((TimeUnit)Unit(type, 0, 1, 3));
            case TypeCode.Interval:
                return new IntervalType((IntervalUnit)Unit(type, 0, 0, 2));
            case TypeCode.FixedSizeBinary:
                return new FixedSizeBinaryType(Width(type, "a byte width"));
            case TypeCode.FixedSizeList:
                return new FixedSizeListType(Only(field, children, code), Width(type, "a list size"));
            case TypeCode.Map:
                return Map(field, type, children);
            case TypeCode.Union:
                return Union(type, children);
            default:
                throw field.Fault("one of Arrow's types 1 to 26", $"type {(byte)code}");
        }
    }

    private static DecimalType Decimal(FlatBufferTable type)
    {
        int precision = type.Int32(0);
        int scale = type.Int32(1);
        if (precision is < 0 or > 76 || scale is < -128 or > 127)
            throw type.Fault("a decimal precision of 0 to 76 and a scale of -128 to 127", $"{precision} and {scale}");
        return type.Int32(2, 128) switch
        {
            32 => new Decimal32Type(precision, scale),
            64 => new Decimal64Type(precision, scale),
            128 => new Decimal128Type(precision, scale),
            256 => new Decimal256Type(precision, scale),
            var bits => throw type.Fault("a decimal of 32, 64, 128 or 256 bits", $"{bits}"),
        };
    }

    private static TimeBasedType Time(FlatBufferTable type)
    {
        var unit = (TimeUnit)Unit(type, 0, 1, 3);
        return (type.Int32(1, 32), unit) switch
        {
            (32, TimeUnit.Second or TimeUnit.Millisecond) => new Time32Type(unit),
            (64, TimeUnit.Microsecond or TimeUnit.Nanosecond) => new Time64Type(unit),
            var (bits, _) => throw type.Fault("32 bits for seconds and milliseconds, 64 for finer units", $"{bits} bits for {unit}"),
        };
    }

    private static MapType Map(FlatBufferTable field, FlatBufferTable type, Field[] children)
    {
        Field entries = Only(field, children, TypeCode.Map);
        if (entries.DataType is not StructType { Fields.Count: 2 })
            throw field.Fault("a map over a struct of key and value", $"one over {entries.DataType}");
        return new MapType(entries, type.Bool(0));
    }

    private static UnionType Union(FlatBufferTable type, Field[] children)
    {
        var mode = (UnionMode)Unit(type, 0, 0, 1);
        ReadOnlySpan<int> given = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, int>(type.Vector(1, 4, out int count));
        if (children.Length > 128)
            throw type.Fault("at most 128 children of a union", $"{children.Length}");
        int[] ids = type.Has(1) ? given.ToArray() : [.. Enumerable.Range(0, children.Length)];
        if (ids.Length != children.Length)
            throw type.Fault($"{children.Length} type ids, one a child", $"{count}");
        var seen = new bool[128];
        foreach (int id in ids)
        {
            if (id is < 0 or > 127 || seen[id])
                throw type.Fault("distinct type ids of 0 to 127", $"{id}");
            seen[id] = true;
        }

        return new UnionType(children, ids, mode);
    }

    private static RunEndEncodedType RunEnds(FlatBufferTable field, Field[] children)
    {
        if (children is not [{ DataType: Int16Type or Int32Type or Int64Type }, _])
            throw field.Fault("run ends (Int16, Int32 or Int64) and values as children", $"({string.Join(", ", children.Select(c => c.ToString()))})");
        return new RunEndEncodedType(children[0], children[1]);
    }

    private static Field Only(FlatBufferTable field, Field[] children, TypeCode code) =>
        children.Length == 1 ? children[0] : throw field.Fault($"one child of {code}", $"{children.Length}");

    private static int Width(FlatBufferTable type, string what)
    {
        int width = type.Int32(0);
        return width >= 0 ? width : throw type.Fault($"{what} of 0 or more", $"{width}");
    }

    private static short Unit(FlatBufferTable type, int slot, short absent, short max)
    {
        short unit = type.Int16(slot, absent);
        return unit >= 0 && unit <= max ? unit : throw type.Fault($"a unit or mode of 0 to {max}", $"{unit}");
    }
}
