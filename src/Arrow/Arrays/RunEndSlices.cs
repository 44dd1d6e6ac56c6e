namespace Strata.Arrow;

internal static class RunEndSlices
{
    /// <summary>Run ends counted from <paramref name="offset"/> on, and the values that belong to them.</summary>
    public static (ArrayData Ends, ArrayData Values) Cut(ArrayData data, int offset, int length)
    {
        ArrayData ends = data.Children[0];
        ArrayData values = data.Children[1];
        if (length == 0)
            return (ends.Slice(0, 0), values.Slice(0, 0));
        int first = RunEndRules.RunOf(ends, offset);
        int count = RunEndRules.RunOf(ends, offset + length - 1) - first + 1;
        var moved = new long[count];
        for (int k = 0; k < count; k++)
            moved[k] = Math.Min(RunEndRules.EndAt(ends, first + k) - offset, length);
        return (EndsOf(ends.DataType, moved), values.Slice(first, count));
    }

    public static ArrayData EndsOf(ArrowType type, long[] ends) => type.TypeId switch
    {
        ArrowTypeId.Int16 => PrimitiveData.Of<short>(type, System.Array.ConvertAll(ends, e => checked((short)e))),
        ArrowTypeId.Int32 => PrimitiveData.Of<int>(type, System.Array.ConvertAll(ends, e => checked((int)e))),
        _ => PrimitiveData.Of<long>(type, ends),
    };
}
