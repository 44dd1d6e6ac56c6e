namespace Strata.Arrow;

/// <summary>Indices into an array of distinct values.</summary>
public sealed class DictionaryArray : ArrowArray
{
    /// <summary>A view of <paramref name="data"/>; nothing is copied.</summary>
    /// <exception cref="ArgumentException">The data is of another type.</exception>
    public DictionaryArray(ArrayData data)
        : base(Checked(data, ArrowTypeId.Dictionary))
    {
        var type = (DictionaryType)data.DataType;
        Indices = ArrowArrayFactory.BuildArray(new ArrayData(type.IndexType, data.Length, data.NullCount, data.Offset, (ArrowBuffer[])data.Buffers));
        Dictionary = ArrowArrayFactory.BuildArray(data.Dictionary ?? throw new ArgumentException("Array data of a dictionary type without its dictionary.", nameof(data)));
    }

    /// <summary>Value k is <paramref name="dictionary"/>[<paramref name="indices"/>[k]], and null where the index is; nothing is copied.</summary>
    /// <param name="indices">Integers of any width.</param>
    /// <param name="dictionary">The distinct values.</param>
    /// <param name="ordered">Whether the order of the dictionary means something.</param>
    /// <exception cref="ArgumentException">The indices are no integers, or one is outside of the dictionary.</exception>
    public static DictionaryArray From(IArrowArray indices, IArrowArray dictionary, bool ordered = false)
    {
        ArgumentNullException.ThrowIfNull(indices);
        ArgumentNullException.ThrowIfNull(dictionary);
        if (indices.DataType is not (Int8Type or Int16Type or Int32Type or Int64Type or UInt8Type or UInt16Type or UInt32Type or UInt64Type))
            throw new ArgumentException($"The indices of a dictionary array are integers; found {indices.DataType}.", nameof(indices));
        var type = new DictionaryType(indices.DataType, dictionary.DataType, ordered);
        var data = new ArrayData(type, indices.Length, indices.NullCount, indices.Offset, [.. indices.Data.Buffers], null, dictionary.Data);
        for (int k = 0; k < indices.Length; k++)
        {
            if (indices.IsValid(k) && (uint)DictionaryIndices.At(data, k) >= (uint)dictionary.Length)
                throw new ArgumentException($"Indices lie in a dictionary of {dictionary.Length} values; the one at {k} does not.", nameof(indices));
        }

        return new DictionaryArray(data);
    }

    /// <summary>Of each value its position in <see cref="Dictionary"/>; integers of the type that the dictionary type names.</summary>
    public IArrowArray Indices { get; }

    /// <summary>The distinct values.</summary>
    public IArrowArray Dictionary { get; }

    /// <summary>Position in <see cref="Dictionary"/> of a valid value. What a null holds is unspecified.</summary>
    public int GetIndex(int index) => DictionaryIndices.At(Data, index);

    /// <summary>A value is null when its index is, or when the dictionary's entry is.</summary>
    public override bool IsValid(int index) => base.IsValid(index) && Dictionary.IsValid(GetIndex(index));
}

internal static class DictionaryIndices
{
    /// <summary>Index k of this slice as a 32-bit number, or -1 when it does not fit into one.</summary>
    public static int At(ArrayData data, int index)
    {
        ArrowBuffer buffer = data.Buffers[1];
        int at = data.Offset + index;
        long value = ((DictionaryType)data.DataType).IndexType.TypeId switch
        {
            ArrowTypeId.Int8 => buffer.As<sbyte>()[at],
            ArrowTypeId.UInt8 => buffer.Span[at],
            ArrowTypeId.Int16 => buffer.As<short>()[at],
            ArrowTypeId.UInt16 => buffer.As<ushort>()[at],
            ArrowTypeId.Int32 => buffer.As<int>()[at],
            ArrowTypeId.UInt32 => buffer.As<uint>()[at],
            _ => buffer.As<long>()[at],
        };
        return value is >= 0 and <= int.MaxValue ? (int)value : -1;
    }
}

/// <summary>Runs of equal values.</summary>
public sealed class RunEndEncodedArray : ArrowArray
{
    /// <summary>A view of <paramref name="data"/>; nothing is copied.</summary>
    /// <exception cref="ArgumentException">The data is of another type.</exception>
    public RunEndEncodedArray(ArrayData data)
        : base(Checked(data, ArrowTypeId.RunEndEncoded))
    {
        RunEnds = ArrowArrayFactory.BuildArray(data.Children[0]);
        Values = ArrowArrayFactory.BuildArray(data.Children[1]);
    }

    /// <summary>Logical position after each run, counted from the start of the unsliced array.</summary>
    public IArrowArray RunEnds { get; }

    /// <summary>One value a run.</summary>
    public IArrowArray Values { get; }

    /// <summary>Position in <see cref="Values"/> of value <paramref name="index"/>; a binary search over the runs.</summary>
    public int FindPhysicalIndex(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Length, nameof(index));
        return RunEndRules.RunOf(Data.Children[0], Offset + index);
    }

    /// <inheritdoc/>
    public override bool IsValid(int index) => Values.IsValid(FindPhysicalIndex(index));
}

internal static class RunEndRules
{
    public static long EndAt(ArrayData runEnds, int run) => runEnds.DataType.TypeId switch
    {
        ArrowTypeId.Int16 => runEnds.Buffers[1].As<short>()[runEnds.Offset + run],
        ArrowTypeId.Int32 => runEnds.Buffers[1].As<int>()[runEnds.Offset + run],
        _ => runEnds.Buffers[1].As<long>()[runEnds.Offset + run],
    };

    /// <summary>The first run that ends after logical position <paramref name="at"/>.</summary>
    public static int RunOf(ArrayData runEnds, int at)
    {
        int low = 0;
        int high = runEnds.Length - 1;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (EndAt(runEnds, middle) > at)
                high = middle;
            else
                low = middle + 1;
        }

        return low;
    }
}
