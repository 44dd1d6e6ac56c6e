namespace Strata.Arrow;

/// <summary>
/// Equality of what arrays say, not of how they say it: offsets, slices, buffers behind nulls and dictionary order do not count. Floats are equal bit by bit. A few hundred bytes can say more
/// than anyone can compare: arrays of others are compared with a budget.
/// </summary>
public static class ArrayEquality
{
    /// <summary>Whether two arrays have the same type and say the same. For arrays of one's own.</summary>
    public static bool ValuesEqual(IArrowArray a, IArrowArray b) => ValuesEqual(a, b, ValueBudget.Unlimited);

    /// <summary>As above, for arrays of others.</summary>
    /// <exception cref="ArrowFormatException">The budget is spent.</exception>
    public static bool ValuesEqual(IArrowArray a, IArrowArray b, ValueBudget budget)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        if (a.DataType != b.DataType || a.Length != b.Length)
            return false;
        for (int k = 0; k < a.Length; k++)
        {
            if (!ValueEqual(a, k, b, k, budget))
                return false;
        }

        return true;
    }

    /// <summary>Whether two batches have the same schema, metadata included, and say the same. For batches of one's own.</summary>
    public static bool ValuesEqual(RecordBatch a, RecordBatch b) => ValuesEqual(a, b, ValueBudget.Unlimited);

    /// <summary>As above, for batches of others.</summary>
    /// <exception cref="ArrowFormatException">The budget is spent.</exception>
    public static bool ValuesEqual(RecordBatch a, RecordBatch b, ValueBudget budget)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        if (!a.Schema.Equals(b.Schema) || a.Length != b.Length)
            return false;
        for (int k = 0; k < a.ColumnCount; k++)
        {
            if (!ValuesEqual(a.Column(k), b.Column(k), budget))
                return false;
        }

        return true;
    }

    /// <summary>One value of each, of arrays of the same type. For arrays of one's own.</summary>
    public static bool ValueEqual(IArrowArray a, int i, IArrowArray b, int j) => ValueEqual(a, i, b, j, ValueBudget.Unlimited);

    /// <summary>As above, for arrays of others.</summary>
    /// <exception cref="ArrowFormatException">The budget is spent.</exception>
    public static bool ValueEqual(IArrowArray a, int i, IArrowArray b, int j, ValueBudget budget)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        ArgumentNullException.ThrowIfNull(budget);
        budget.Spend(1);
        if (a is DictionaryArray da && b is DictionaryArray db)
            return da.IsValid(i) == db.IsValid(j) && (da.IsNull(i) || ValueEqual(da.Dictionary, da.GetIndex(i), db.Dictionary, db.GetIndex(j), budget));
        if (a is UnionArray ua && b is UnionArray ub)
        {
            (int childA, int atA) = ua.Locate(i);
            (int childB, int atB) = ub.Locate(j);
            return childA == childB && ValueEqual(ua.Fields[childA], atA, ub.Fields[childB], atB, budget);
        }

        if (a is RunEndEncodedArray ra && b is RunEndEncodedArray rb)
            return ValueEqual(ra.Values, ra.FindPhysicalIndex(i), rb.Values, rb.FindPhysicalIndex(j), budget);
        bool valid = a.IsValid(i);
        if (valid != b.IsValid(j))
            return false;
        return !valid || ValidEqual(a, i, b, j, budget);
    }

    private static bool ValidEqual(IArrowArray a, int i, IArrowArray b, int j, ValueBudget budget)
    {
        switch (a.DataType.Layout)
        {
            case ArrowLayout.Bits:
                return ((BooleanArray)a).GetValue(i) == ((BooleanArray)b).GetValue(j);
            case ArrowLayout.FixedWidth:
                int width = a.DataType.ValueBytes;
                return Bytes(a, i, width).SequenceEqual(Bytes(b, j, width));
            case ArrowLayout.Binary or ArrowLayout.LargeBinary or ArrowLayout.View:
                ReadOnlySpan<byte> bytes = ((IByteStringArray)a).GetBytes(i);
                budget.SpendBytes(bytes.Length);
                return bytes.SequenceEqual(((IByteStringArray)b).GetBytes(j));
            case ArrowLayout.Struct:
                IReadOnlyList<IArrowArray> left = ((StructArray)a).Fields;
                IReadOnlyList<IArrowArray> right = ((StructArray)b).Fields;
                for (int k = 0; k < left.Count; k++)
                {
                    if (!ValueEqual(left[k], i, right[k], j, budget))
                        return false;
                }

                return true;
            default:
                return ItemsEqual(Items(a, i), Items(b, j), budget);
        }
    }

    private static ReadOnlySpan<byte> Bytes(IArrowArray array, int index, int width) => array.Data.Buffers[1].Span.Slice((array.Offset + index) * width, width);

    private static (IArrowArray Values, int Start, int Count) Items(IArrowArray array, int index) => array switch
    {
        ListArray list => (list.Values, list.ValueOffsets[index], list.GetValueLength(index)),
        LargeListArray list => (list.Values, (int)list.ValueOffsets[index], list.GetValueLength(index)),
        ListViewArray list => (list.Values, list.ValueOffsets[index], list.Sizes[index]),
        LargeListViewArray list => (list.Values, (int)list.ValueOffsets[index], (int)list.Sizes[index]),
        FixedSizeListArray list => (list.Values, (list.Offset + index) * list.ListSize, list.ListSize),
        _ => throw new ArgumentException($"Values of {array.DataType} are not compared.", nameof(array)),
    };

    private static bool ItemsEqual((IArrowArray Values, int Start, int Count) a, (IArrowArray Values, int Start, int Count) b, ValueBudget budget)
    {
        if (a.Count != b.Count)
            return false;
        for (int k = 0; k < a.Count; k++)
        {
            if (!ValueEqual(a.Values, a.Start + k, b.Values, b.Start + k, budget))
                return false;
        }

        return true;
    }
}
