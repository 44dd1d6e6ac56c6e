namespace Strata.Arrow.Ipc;

/// <summary>Nodes and buffers of a batch, in order, with their places in the body. Slices are cut here: what lies outside of them is not written.</summary>
/// <param name="columns">How many will be added.</param>
internal sealed class BodyPlan(int columns)
{
    // A list of numbers, the commonest column, has two nodes and four buffers.
    private readonly List<(long Length, long Nulls)> _nodes = new(2 * columns);
    private readonly List<PlannedBuffer> _buffers = new(4 * columns);
    private readonly List<long> _variadicCounts = [];

    /// <summary>Length of the body, a multiple of 64.</summary>
    public long Bytes { get; private set; }

    public ReadOnlySpan<long> VariadicCounts => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_variadicCounts);

    public long[] NodeNumbers()
    {
        var numbers = new long[2 * _nodes.Count];
        for (int k = 0; k < _nodes.Count; k++)
            (numbers[2 * k], numbers[2 * k + 1]) = _nodes[k];
        return numbers;
    }

    public long[] BufferNumbers()
    {
        var numbers = new long[2 * _buffers.Count];
        long at = 0;
        for (int k = 0; k < _buffers.Count; k++)
        {
            (numbers[2 * k], numbers[2 * k + 1]) = (at, _buffers[k].Bytes);
            at += IpcFraming.Padded(_buffers[k].Bytes);
        }

        return numbers;
    }

    public void WriteTo(Span<byte> target)
    {
        foreach (PlannedBuffer buffer in _buffers)
        {
            int padded = (int)IpcFraming.Padded(buffer.Bytes);
            buffer.WriteTo(target[..(int)buffer.Bytes]);
            target[(int)buffer.Bytes..padded].Clear();
            target = target[padded..];
        }
    }

    /// <summary>Adds the values [offset, offset + length) of <paramref name="data"/>'s buffers, and of its children what they point to.</summary>
    public void Add(ArrayData data, int offset, int length)
    {
        ArrowLayout layout = data.DataType.Layout;
        int nulls = offset == data.Offset && length == data.Length ? data.NullCount : data.CountNulls(offset, length);
        _nodes.Add((length, nulls));
        if (data.HasValidity)
            Add(nulls == 0 ? PlannedBuffer.Ones(length) : PlannedBuffer.Bits(data.Validity, offset, length));
        switch (layout)
        {
            case ArrowLayout.Bits:
                Add(PlannedBuffer.Bits(data.Buffers[1], offset, length));
                break;
            case ArrowLayout.FixedWidth or ArrowLayout.Dictionary:
                AddRaw(data.Buffers[1], offset, length, data.DataType.ValueBytes);
                break;
            case ArrowLayout.Binary:
                AddBytes(data, PlannedBuffer.Offsets32(data.Buffers[1], offset, length));
                break;
            case ArrowLayout.LargeBinary:
                AddBytes(data, PlannedBuffer.Offsets64(data.Buffers[1], offset, length));
                break;
            case ArrowLayout.View:
                AddRaw(data.Buffers[1], offset, length, BinaryViewArray.ViewBytes);
                _variadicCounts.Add(data.Buffers.Count - 2);
                for (int k = 2; k < data.Buffers.Count; k++)
                    Add(PlannedBuffer.Raw(data.Buffers[k]));
                break;
            case ArrowLayout.List:
                AddItems(data, PlannedBuffer.Offsets32(data.Buffers[1], offset, length));
                break;
            case ArrowLayout.LargeList:
                AddItems(data, PlannedBuffer.Offsets64(data.Buffers[1], offset, length));
                break;
            case ArrowLayout.ListView or ArrowLayout.LargeListView:
                int width = layout == ArrowLayout.ListView ? 4 : 8;
                AddRaw(data.Buffers[1], offset, length, width);
                AddRaw(data.Buffers[2], offset, length, width);
                AddWhole(data.Children[0]);
                break;
            case ArrowLayout.FixedSizeList:
                int size = ((FixedSizeListType)data.DataType).ListSize;
                AddPart(data.Children[0], offset * size, length * size);
                break;
            case ArrowLayout.Struct:
                foreach (ArrayData child in data.Children)
                    AddPart(child, offset, length);
                break;
            case ArrowLayout.SparseUnion:
                AddRaw(data.Buffers[0], offset, length, 1);
                foreach (ArrayData child in data.Children)
                    AddPart(child, offset, length);
                break;
            case ArrowLayout.DenseUnion:
                AddRaw(data.Buffers[0], offset, length, 1);
                AddRaw(data.Buffers[1], offset, length, 4);
                foreach (ArrayData child in data.Children)
                    AddWhole(child);
                break;
            case ArrowLayout.RunEndEncoded:
                AddRuns(data, offset, length);
                break;
        }
    }

    private void AddWhole(ArrayData data) => Add(data, data.Offset, data.Length);

    /// <summary>Positions are relative to the child's own slice.</summary>
    private void AddPart(ArrayData data, int start, int length) => Add(data, data.Offset + start, length);

    private void AddRaw(ArrowBuffer buffer, int offset, int length, int width) =>
        Add(PlannedBuffer.Raw(new ArrowBuffer(buffer.Memory.Slice(offset * width, length * width))));

    private void AddBytes(ArrayData data, PlannedBuffer offsets)
    {
        Add(offsets);
        Add(PlannedBuffer.Raw(new ArrowBuffer(data.Buffers[2].Memory[(int)offsets.First..(int)offsets.Last])));
    }

    private void AddItems(ArrayData data, PlannedBuffer offsets)
    {
        Add(offsets);
        AddPart(data.Children[0], (int)offsets.First, (int)(offsets.Last - offsets.First));
    }

    private void AddRuns(ArrayData data, int offset, int length)
    {
        (ArrayData ends, ArrayData values) = RunEndSlices.Cut(data, offset, length);
        AddWhole(ends);
        AddWhole(values);
    }

    private void Add(PlannedBuffer buffer)
    {
        _buffers.Add(buffer);
        Bytes += IpcFraming.Padded(buffer.Bytes);
    }
}
