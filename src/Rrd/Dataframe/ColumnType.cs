using Strata.Arrow;

namespace Strata.Rrd.Dataframe;

/// <summary>Brings the lists of a chunk to the type that the dataset has for the column: layers may differ in what may be null, and in Null for any type. Source: catalog-protocol §6.3.</summary>
internal static class ColumnType
{
    /// <exception cref="DataframeException">The types do not go together.</exception>
    public static ListArray Fit(ListArray lists, DataframeColumn column) => lists.DataType == column.Type
        ? lists
        : new ListArray(Fit(lists.Data, column.Type) ?? throw new DataframeException(
            $"column '{column.Field.Name}': expected {column.Type}, found {lists.DataType} in one of its layers; leave that column out, or register that layer anew"));

    private static ArrayData? Fit(ArrayData data, ArrowType type)
    {
        if (data.DataType == type)
        {
            return data;
        }
        return (data.DataType, type) switch
        {
            (NullType, _) => Nulls(type, data.Length),
            (ListType, ListType to) => WithChildren(data, to, Fit(data.Children[0], to.ValueDataType)),
            (LargeListType, LargeListType to) => WithChildren(data, to, Fit(data.Children[0], to.ValueDataType)),
            (FixedSizeListType from, FixedSizeListType to) when from.ListSize == to.ListSize => WithChildren(data, to, Fit(data.Children[0], to.ValueDataType)),
            (StructType from, StructType to) => Fit(data, from, to),
            _ => null,
        };
    }

    // The dataset's struct has the fields of all layers; those of other layers are null here.
    private static ArrayData? Fit(ArrayData data, StructType from, StructType to)
    {
        var children = new ArrayData?[to.Fields.Count];
        for (var i = 0; i < children.Length; i++)
        {
            var field = to.Fields[i];
            var own = from.Fields.Index().FirstOrDefault(f => f.Item.Name == field.Name);
            children[i] = own.Item is null ? Nulls(field.DataType, data.Offset + data.Length) : Fit(data.Children[own.Index], field.DataType);
        }
        return from.Fields.All(f => to.Fields.Any(t => t.Name == f.Name)) ? WithChildren(data, to, children) : null;
    }

    private static ArrayData? WithChildren(ArrayData data, ArrowType type, params ArrayData?[] children) => children.Contains(null)
        ? null
        : new ArrayData(type, data.Length, data.NullCount, data.Offset, [.. data.Buffers], children!);

    private static ArrayData? Nulls(ArrowType type, int length) => length == 0 ? EmptyArrays.Of(type) : NullArrays.Of(type, length);
}
