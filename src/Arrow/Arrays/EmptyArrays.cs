namespace Strata.Arrow;

/// <summary>Arrays without values, of any type.</summary>
public static class EmptyArrays
{
    private static readonly ArrowBuffer ZeroOffset = new(new byte[8]);

    /// <summary>Array data of <paramref name="type"/> and length 0.</summary>
    public static ArrayData Of(ArrowType type) => type switch
    {
        ListLikeType list => new ArrayData(type, 0, 0, 0, ListBuffers(type.Layout), [Of(list.ValueDataType)]),
        StructType s => new ArrayData(type, 0, 0, 0, [ArrowBuffer.Empty], [.. s.Fields.Select(f => Of(f.DataType))]),
        UnionType union => new ArrayData(type, 0, 0, 0, [ArrowBuffer.Empty, ArrowBuffer.Empty], [.. union.Fields.Select(f => Of(f.DataType))]),
        RunEndEncodedType runs => new ArrayData(type, 0, 0, 0, [], [Of(runs.RunEndsField.DataType), Of(runs.ValuesField.DataType)]),
        DictionaryType dictionary => new ArrayData(type, 0, 0, 0, [ArrowBuffer.Empty, ArrowBuffer.Empty], null, Of(dictionary.ValueType)),
        NullType => new ArrayData(type, 0, 0, 0, []),
        _ when type.Layout is ArrowLayout.Binary or ArrowLayout.LargeBinary => new ArrayData(type, 0, 0, 0, [ArrowBuffer.Empty, ZeroOffset, ArrowBuffer.Empty]),
        _ => new ArrayData(type, 0, 0, 0, [ArrowBuffer.Empty, ArrowBuffer.Empty]),
    };

    private static ArrowBuffer[] ListBuffers(ArrowLayout layout) => layout switch
    {
        ArrowLayout.FixedSizeList => [ArrowBuffer.Empty],
        ArrowLayout.ListView or ArrowLayout.LargeListView => [ArrowBuffer.Empty, ArrowBuffer.Empty, ArrowBuffer.Empty],
        _ => [ArrowBuffer.Empty, ZeroOffset],
    };
}
