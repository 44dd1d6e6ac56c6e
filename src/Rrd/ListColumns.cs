using Strata.Arrow;

namespace Strata.Rrd;

/// <summary>Brings data columns to the one shape that components have: List of nullable items named "item". Source: rrd-format §4.5.</summary>
internal static class ListColumns
{
    private const string ItemName = "item";

    /// <summary>A column that is no List becomes one with a single item in each row, as Rerun does it; nothing is copied but offsets.</summary>
    public static ListArray AsList(IArrowArray column)
    {
        if (column is ListArray list && list.DataType is ListType type)
        {
            var item = type.ValueField;
            return item.Name == ItemName && item.IsNullable && !item.HasMetadata ? list : WithPlainItem(list, item.DataType);
        }
        var offsets = new int[column.Length + 1];
        for (var i = 0; i < offsets.Length; i++)
        {
            offsets[i] = i;
        }
        return ListArray.From(new Field(ItemName, column.DataType, nullable: true), offsets, column);
    }

    /// <summary>The type that a column of this one has then.</summary>
    public static ListType AsList(ArrowType type) => new((type as ListType)?.ValueDataType ?? type);

    private static ListArray WithPlainItem(ListArray list, ArrowType itemType)
    {
        var data = list.Data;
        return new ListArray(new ArrayData(new ListType(itemType), data.Length, data.NullCount, data.Offset, [.. data.Buffers], [.. data.Children]));
    }
}
