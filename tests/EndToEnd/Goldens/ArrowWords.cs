using System.Globalization;
using Strata.Arrow;

namespace Strata.EndToEnd.Tests;

/// <summary>Types in the words of pyarrow, in which the golden answers name them.</summary>
internal static class ArrowWords
{
    public static string Of(IArrowType type) => type switch
    {
        DoubleType => "double",
        FloatType => "float",
        HalfFloatType => "halffloat",
        BooleanType => "bool",
        StringType => "string",
        LargeStringType => "large_string",
        StringViewType => "string_view",
        Date32Type => "date32[day]",
        TimestampType { Timezone: { Length: > 0 } zone } t => $"timestamp[{Unit(t.Unit)}, tz={zone}]",
        TimestampType t => $"timestamp[{Unit(t.Unit)}]",
        DurationType t => $"duration[{Unit(t.Unit)}]",
        Time64Type t => $"time64[{Unit(t.Unit)}]",
        FixedSizeBinaryType t => $"fixed_size_binary[{Number(t.ByteWidth)}]",
        DecimalType t => $"{t.Name}({Number(t.Precision)}, {Number(t.Scale)})",
        MapType { ValueField.DataType: StructType { Fields: [var key, var value] } } => $"map<{Of(key.DataType)}, {Of(value.DataType)}>",
        FixedSizeListType t => $"fixed_size_list<{Of(t.ValueField)}>[{Number(t.ListSize)}]",
        LargeListType t => $"large_list<{Of(t.ValueField)}>",
        ListType t => $"list<{Of(t.ValueField)}>",
        StructType t => $"struct<{string.Join(", ", t.Fields.Select(Of))}>",
        DictionaryType t => $"dictionary<values={Of(t.ValueType)}, indices={Of(t.IndexType)}, ordered={(t.Ordered ? 1 : 0)}>",
        UnionType t => $"{(t.Mode == UnionMode.Dense ? "dense" : "sparse")}_union<{string.Join(", ", t.Fields.Zip(t.TypeIds, (f, id) => $"{Of(f)}={Number(id)}"))}>",
        _ => type.Name,
    };

    private static string Of(Field field) => $"{field.Name}: {Of(field.DataType)}{(field.IsNullable ? "" : " not null")}";

    private static string Unit(TimeUnit unit) => unit switch
    {
        TimeUnit.Second => "s",
        TimeUnit.Millisecond => "ms",
        TimeUnit.Microsecond => "us",
        _ => "ns",
    };

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
