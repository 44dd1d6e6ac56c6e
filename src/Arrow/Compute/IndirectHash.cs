using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Strata.Arrow;

/// <summary>
/// The part of <see cref="ArrayHash"/> for values that several places may show: entries of dictionaries, members of unions, runs and views. Each goes in as a hash of its own, which is made once.
/// </summary>
/// <param name="budget">What hashes cost.</param>
/// <param name="items">Feeds values of an array, from a place counted from its offset.</param>
internal sealed class IndirectHash(ValueBudget budget, Action<HashInput, ArrayData, int, int> items) : IDisposable
{
    /// <summary>What a hash of its own costs beside the values that it is made of.</summary>
    private const int VisitsOfDigest = 16;

    /// <summary>Views that are no longer say their bytes themselves.</summary>
    private const int ShortBytes = 64;

    private readonly Dictionary<SharedPlace, byte[]> _known = [];
    private readonly Dictionary<ArrayData, IArrowArray> _arrays = [];
    private readonly Stack<HashInput> _idle = [];

    public void Dispose()
    {
        while (_idle.TryPop(out HashInput? idle))
            idle.Dispose();
    }

    public void Entries(HashInput to, ArrayData data, int start, int length)
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

    public void Members(HashInput to, ArrayData data, int start, int length)
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
    public void Runs(HashInput to, ArrayData data, int start, int length)
    {
        (ArrayData ends, ArrayData values) = (data.Children[0], data.Children[1]);
        (int at, int end, int count) = (data.Offset + start, data.Offset + start + length, 0);
        byte[] value = [];
        for (int run = RunEndRules.RunOf(ends, at); at < end; run++)
        {
            budget.Spend(1);
            int next = (int)Math.Min(end, RunEndRules.EndAt(ends, run));
            byte[] digest = Digest(new SharedPlace(values, null, run, 1));
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

    public void Views(HashInput to, ArrayData data, int at, int length)
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
                Shared(to, new SharedPlace(data, words[2], words[3], words[0]));
        }
    }

    private void One(HashInput to, ArrayData data, int index)
    {
        if (data.DataType.Layout is ArrowLayout.Null or ArrowLayout.Bits or ArrowLayout.FixedWidth)
            items(to, data, index, 1);
        else
            Shared(to, new SharedPlace(data, null, index, 1));
    }

    public void Shared(HashInput to, in SharedPlace place) => to.Add(Digest(place));

    private byte[] Digest(in SharedPlace place)
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
                items(input, place.Array, place.Start, place.Length);
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
}

/// <summary>Values of an array, or bytes of one of its buffers of views.</summary>
internal readonly record struct SharedPlace(ArrayData Array, int? Buffer, int Start, int Length);
