namespace Strata.Arrow;

/// <summary>The part of <see cref="ArrayHash"/> that feeds values which lie one after another, and asks <see cref="IndirectHash"/> for all others.</summary>
internal sealed class ValueHash : IDisposable
{
    private readonly ValueBudget _budget;
    private readonly IndirectHash _indirect;

    public ValueHash(ValueBudget budget)
    {
        _budget = budget;
        _indirect = new IndirectHash(budget, Items);
    }

    public void Dispose() => _indirect.Dispose();

    // Everywhere: values from `start` on, counted from the offset of the data. What is written depends on the type and on what the values say, on nothing else.
    public void Items(HashInput to, ArrayData data, int start, int length)
    {
        _budget.Spend(1);
        to.Add(length);
        if (length == 0)
            return;
        switch (data.DataType.Layout)
        {
            case ArrowLayout.Null:
                break;
            case ArrowLayout.Dictionary:
                _indirect.Entries(to, data, start, length);
                break;
            case ArrowLayout.RunEndEncoded:
                _indirect.Runs(to, data, start, length);
                break;
            case ArrowLayout.DenseUnion or ArrowLayout.SparseUnion:
                _indirect.Members(to, data, start, length);
                break;
            default:
                Nullable(to, data, start, length);
                break;
        }
    }

    private void Nullable(HashInput to, ArrayData data, int start, int length)
    {
        ReadOnlySpan<byte> validity = data.Validity.Span;
        (int at, int end) = (data.Offset + start, data.Offset + start + length);
        _budget.SpendBytes(length);
        if (validity.IsEmpty || Bitmap.CountSet(validity, at, length) == length)
        {
            to.Add(1);
            Valid(to, data, at, length);
            return;
        }

        to.Add(0);
        while (at < end)
        {
            _budget.Spend(1);
            int first = at;
            bool isValid = Bitmap.Get(validity, at);
            while (at < end && Bitmap.Get(validity, at) == isValid)
                at++;
            to.Add(isValid ? at - first : first - at);
            if (isValid)
                Valid(to, data, first, at - first);
        }
    }

    // Joints and images are long runs of numbers, and lists of a few of them: all at once.
    private void Valid(HashInput to, ArrayData data, int at, int length)
    {
        switch (data.DataType.Layout)
        {
            case ArrowLayout.Bits:
                to.Bits(data.Buffers[1].Span, at, length);
                break;
            case ArrowLayout.FixedWidth:
                int width = data.DataType.ValueBytes;
                to.Bytes(data.Buffers[1].Span.Slice(at * width, length * width));
                break;
            case ArrowLayout.Binary:
                ReadOnlySpan<int> ends = to.Lengths<int>(data.Buffers[1], at, length);
                to.Bytes(data.Buffers[2].Span[ends[0]..ends[^1]]);
                break;
            case ArrowLayout.LargeBinary:
                ReadOnlySpan<long> wideEnds = to.Lengths<long>(data.Buffers[1], at, length);
                to.Bytes(data.Buffers[2].Span[(int)wideEnds[0]..(int)wideEnds[^1]]);
                break;
            case ArrowLayout.View:
                _indirect.Views(to, data, at, length);
                break;
            case ArrowLayout.List:
                ends = to.Lengths<int>(data.Buffers[1], at, length);
                Items(to, data.Children[0], ends[0], ends[^1] - ends[0]);
                break;
            case ArrowLayout.LargeList:
                wideEnds = to.Lengths<long>(data.Buffers[1], at, length);
                Items(to, data.Children[0], (int)wideEnds[0], (int)(wideEnds[^1] - wideEnds[0]));
                break;
            case ArrowLayout.ListView:
                for (int i = at; i < at + length; i++)
                    _indirect.Shared(to, new SharedPlace(data.Children[0], null, data.Buffers[1].As<int>()[i], data.Buffers[2].As<int>()[i]));
                break;
            case ArrowLayout.LargeListView:
                for (int i = at; i < at + length; i++)
                    _indirect.Shared(to, new SharedPlace(data.Children[0], null, (int)data.Buffers[1].As<long>()[i], (int)data.Buffers[2].As<long>()[i]));
                break;
            case ArrowLayout.FixedSizeList:
                int size = ((FixedSizeListType)data.DataType).ListSize;
                Items(to, data.Children[0], at * size, length * size);
                break;
            default:
                foreach (ArrayData field in data.Children)
                    Items(to, field, at, length);
                break;
        }
    }
}
