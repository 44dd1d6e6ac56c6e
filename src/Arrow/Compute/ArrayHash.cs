using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Strata.Arrow;

/// <summary>
/// Feeds hashes with what arrays say: arrays of one type that <see cref="ArrayEquality"/> finds equal feed them the same bytes. A value that several places may show (the entry of a dictionary, a
/// run, a view) goes in as a hash of its own, which is made once: the time goes with what is there, not with what it unfolds to. Where parts overlap without being the same, the budget ends it.
/// </summary>
public sealed class ArrayHash(ValueBudget budget) : IDisposable
{
    /// <summary>What a hash of its own costs beside the values that it is made of.</summary>
    private const int VisitsOfDigest = 16;

    /// <summary>Views that are no longer say their bytes themselves.</summary>
    private const int ShortBytes = 64;

    private readonly Dictionary<Place, byte[]> _known = [];
    private readonly Dictionary<ArrayData, IArrowArray> _arrays = [];
    private readonly Stack<HashInput> _idle = [];

    /// <summary>Feeds <paramref name="hash"/> with the type-dependent form of all values; the type itself is not part of it.</summary>
    /// <exception cref="ArrowFormatException">The budget is spent; the hash is of no use then.</exception>
    public void Append(IncrementalHash hash, IArrowArray array)
    {
        ArgumentNullException.ThrowIfNull(array);
        Append(hash, array, 0, array.Length);
    }

    /// <summary>As of a slice of the array; what is shared with other slices of it is hashed once.</summary>
    /// <inheritdoc cref="Append(IncrementalHash, IArrowArray)"/>
    public void Append(IncrementalHash hash, IArrowArray array, int start, int length)
    {
        ArgumentNullException.ThrowIfNull(hash);
        ArgumentNullException.ThrowIfNull(array);
        var input = new HashInput(hash, budget);
        Items(input, array.Data, start, length);
        input.Flush();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        while (_idle.TryPop(out HashInput? idle))
            idle.Dispose();
    }

    // Everywhere: values from `start` on, counted from the offset of the data. What is written depends on the type and on what the values say, on nothing else.
    private void Items(HashInput to, ArrayData data, int start, int length)
    {
        budget.Spend(1);
        to.Add(length);
        if (length == 0)
            return;
        switch (data.DataType.Layout)
        {
            case ArrowLayout.Null:
                break;
            case ArrowLayout.Dictionary:
                Entries(to, data, start, length);
                break;
            case ArrowLayout.RunEndEncoded:
                Runs(to, data, start, length);
                break;
            case ArrowLayout.DenseUnion or ArrowLayout.SparseUnion:
                Members(to, data, start, length);
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
        budget.SpendBytes(length);
        if (validity.IsEmpty || Bitmap.CountSet(validity, at, length) == length)
        {
            to.Add(1);
            Valid(to, data, at, length);
            return;
        }

        to.Add(0);
        while (at < end)
        {
            budget.Spend(1);
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
                Views(to, data, at, length);
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
                    Shared(to, new Place(data.Children[0], null, data.Buffers[1].As<int>()[i], data.Buffers[2].As<int>()[i]));
                break;
            case ArrowLayout.LargeListView:
                for (int i = at; i < at + length; i++)
                    Shared(to, new Place(data.Children[0], null, (int)data.Buffers[1].As<long>()[i], (int)data.Buffers[2].As<long>()[i]));
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

    private void Entries(HashInput to, ArrayData data, int start, int length)
    {
        ArrayData entries = data.Dictionary!;
        ReadOnlySpan<byte> validity = data.Validity.Span;
        budget.Spend(length);
        IArrowArray values = Built(entries);
        for (int i = start; i < start + length; i++)
        {
            // Whether the index or the entry is null says the same.
            bool isValid = validity.IsEmpty || Bitmap.Get(validity, data.Offset + i);
            int entry = isValid ? DictionaryIndices.At(data, i) : 0;
            isValid = isValid && values.IsValid(entry);
            to.Add(isValid ? (byte)1 : (byte)0);
            if (isValid)
                One(to, entries, entry);
        }
    }

    private void Members(HashInput to, ArrayData data, int start, int length)
    {
        var union = (UnionArray)Built(data);
        budget.Spend(length);
        for (int i = start; i < start + length; i++)
        {
            (int child, int at) = union.Locate(i);
            to.Add((byte)child);
            One(to, data.Children[child], at);
        }
    }

    // Neighbouring runs of one value are one, however they are cut.
    private void Runs(HashInput to, ArrayData data, int start, int length)
    {
        (ArrayData ends, ArrayData values) = (data.Children[0], data.Children[1]);
        (int at, int end, int count) = (data.Offset + start, data.Offset + start + length, 0);
        byte[] value = [];
        for (int run = RunEndRules.RunOf(ends, at); at < end; run++)
        {
            budget.Spend(1);
            int next = (int)Math.Min(end, RunEndRules.EndAt(ends, run));
            byte[] digest = Digest(new Place(values, null, run, 1));
            if (count > 0 && !digest.AsSpan().SequenceEqual(value))
            {
                to.Add(count);
                to.Add(value);
                count = 0;
            }

            (value, count, at) = (digest, count + next - at, next);
        }

        to.Add(count);
        to.Add(value);
    }

    private void Views(HashInput to, ArrayData data, int at, int length)
    {
        budget.Spend(length);
        for (int i = at; i < at + length; i++)
        {
            ReadOnlySpan<byte> view = data.Buffers[1].Span.Slice(i * BinaryViewArray.ViewBytes, BinaryViewArray.ViewBytes);
            ReadOnlySpan<int> words = MemoryMarshal.Cast<byte, int>(view);
            to.Add(words[0]);
            if (words[0] <= BinaryViewArray.InlineBytes)
                to.Add(view.Slice(sizeof(int), words[0]));
            else if (words[0] <= ShortBytes)
                to.Add(data.Buffers[2 + words[2]].Span.Slice(words[3], words[0]));
            else
                Shared(to, new Place(data, words[2], words[3], words[0]));
        }
    }

    private void One(HashInput to, ArrayData data, int index)
    {
        if (data.DataType.Layout is ArrowLayout.Null or ArrowLayout.Bits or ArrowLayout.FixedWidth)
            Items(to, data, index, 1);
        else
            Shared(to, new Place(data, null, index, 1));
    }

    private void Shared(HashInput to, in Place place) => to.Add(Digest(place));

    private byte[] Digest(in Place place)
    {
        budget.Spend(1);
        if (_known.TryGetValue(place, out byte[]? known))
            return known;
        budget.Spend(VisitsOfDigest);
        HashInput input = _idle.TryPop(out HashInput? idle) ? idle : new HashInput(IncrementalHash.CreateHash(HashAlgorithmName.SHA256), budget);
        try
        {
            if (place.Buffer is { } buffer)
                input.Bytes(place.Array.Buffers[2 + buffer].Span.Slice(place.Start, place.Length));
            else
                Items(input, place.Array, place.Start, place.Length);
        }
        finally
        {
            known = input.Finish();
            _idle.Push(input);
        }

        _known.Add(place, known);
        return known;
    }

    private IArrowArray Built(ArrayData data)
    {
        if (!_arrays.TryGetValue(data, out IArrowArray? array))
            _arrays.Add(data, array = ArrowArrayFactory.BuildArray(data));
        return array;
    }

    /// <summary>Values of an array, or bytes of one of its buffers of views.</summary>
    private readonly record struct Place(ArrayData Array, int? Buffer, int Start, int Length);
}
