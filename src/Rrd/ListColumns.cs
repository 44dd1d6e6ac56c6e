using System.Runtime.InteropServices;
using Strata.Arrow;

namespace Strata.Rrd;

/// <summary>Brings the data columns of one chunk to the one shape that components have: List of nullable items named "item". Source: rrd-format §4.5.</summary>
internal sealed class ListColumns
{
    private const string ItemName = "item";

    private ArrowBuffer? _ascending;

    /// <summary>A column that is no List becomes one with a single item in each row, as Rerun does it; nothing is copied, and all such columns share their offsets.</summary>
    public ListArray AsList(IArrowArray column)
    {
        if (column is ListArray list && list.DataType is ListType type)
        {
            var item = type.ValueField;
            return item.Name == ItemName && item.IsNullable && !item.HasMetadata ? list : WithPlainItem(list, item.DataType);
        }
        _ascending ??= Ascending(column.Length + 1);
        return new ListArray(new ArrayData(new ListType(column.DataType), column.Length, 0, 0, [ArrowBuffer.Empty, _ascending.Value], [column.Data]));
    }

    private static ArrowBuffer Ascending(int count)
    {
        var bytes = new byte[(long)count * sizeof(int)];
        var offsets = MemoryMarshal.Cast<byte, int>(bytes.AsSpan());
        for (var i = 0; i < offsets.Length; i++)
        {
            offsets[i] = i;
        }
        return new ArrowBuffer(bytes);
    }

    /// <summary>The type that a column of this one has then.</summary>
    public static ListType AsList(ArrowType type) => new((type as ListType)?.ValueDataType ?? type);

    private static ListArray WithPlainItem(ListArray list, ArrowType itemType)
    {
        var data = list.Data;
        return new ListArray(new ArrayData(new ListType(itemType), data.Length, data.NullCount, data.Offset, [.. data.Buffers], [.. data.Children]));
    }
}
