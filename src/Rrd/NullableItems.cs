using Strata.Arrow;

namespace Strata.Rrd;

/// <summary>Makes the items of fixed-size lists nullable, as segment tables show them; buffers are shared. Source: catalog-protocol §6.4.</summary>
internal static class NullableItems
{
    public static IArrowArray Of(IArrowArray array)
    {
        var type = Of(array.DataType);
        return type == array.DataType ? array : ArrowArrayFactory.BuildArray(WithType(array.Data, type));
    }

    private static ArrowType Of(ArrowType type) => type switch
    {
        ListType list => new ListType(list.ValueField.WithDataType(Of(list.ValueDataType))),
        FixedSizeListType list => new FixedSizeListType(list.ValueField.WithDataType(Of(list.ValueDataType)).WithNullable(true), list.ListSize),
        _ => type,
    };

    private static ArrayData WithType(ArrayData data, ArrowType type) => type is ListLikeType list
        ? new ArrayData(type, data.Length, data.NullCount, data.Offset, [.. data.Buffers], [WithType(data.Children[0], list.ValueDataType)])
        : data;
}
