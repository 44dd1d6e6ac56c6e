namespace Strata.Arrow;

/// <summary>Arrays in which every value is null, of any type that can say so by itself.</summary>
public static class NullArrays
{
    /// <summary>Null for unions and run-end-encoded arrays, which have no nulls of their own.</summary>
    public static ArrayData? Of(ArrowType type, int length)
    {
        ArgumentNullException.ThrowIfNull(type);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArrowBuffer validity = new(new byte[Bitmap.ByteCount(length)]);
        ArrayData Made(ArrowBuffer[] buffers, ArrayData[]? children = null, ArrayData? dictionary = null) =>
            new(type, length, length, 0, [validity, .. buffers], children, dictionary);
        switch (type.Layout)
        {
            case ArrowLayout.Null:
                return new ArrayData(type, length, length, 0, []);
            case ArrowLayout.Bits:
                return Made([Zeros(Bitmap.ByteCount(length))]);
            case ArrowLayout.FixedWidth:
                return Made([Zeros((long)length * type.ValueBytes)]);
            case ArrowLayout.View:
                return Made([Zeros(16L * length)]);
            case ArrowLayout.Binary or ArrowLayout.LargeBinary:
                return Made([Zeros((length + 1L) * (type.Layout == ArrowLayout.Binary ? 4 : 8)), ArrowBuffer.Empty]);
            case ArrowLayout.List or ArrowLayout.LargeList:
                return Made([Zeros((length + 1L) * (type.Layout == ArrowLayout.List ? 4 : 8))], [EmptyArrays.Of(((ListLikeType)type).ValueDataType)]);
            case ArrowLayout.FixedSizeList:
                var list = (FixedSizeListType)type;
                return Of(list.ValueDataType, checked(length * list.ListSize)) is { } items ? Made([], [items]) : null;
            case ArrowLayout.Struct:
                ArrayData?[] fields = [.. ((StructType)type).Fields.Select(f => Of(f.DataType, length))];
                return fields.Contains(null) ? null : Made([], fields!);
            default:
                return null;
        }
    }

    private static ArrowBuffer Zeros(long bytes) => new(new byte[ArrayConcatenator.Bytes(bytes)]);
}
