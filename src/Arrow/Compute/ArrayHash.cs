using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Strata.Arrow;

/// <summary>Feeds a hash with what arrays say: arrays of one type that <see cref="ArrayEquality"/> finds equal feed it the same bytes.</summary>
public static class ArrayHash
{
    /// <summary>Feeds <paramref name="hash"/> with the type-dependent form of all values; the type itself is not part of it.</summary>
    public static void Append(IncrementalHash hash, IArrowArray array)
    {
        ArgumentNullException.ThrowIfNull(hash);
        ArgumentNullException.ThrowIfNull(array);
        AppendItems(hash, array, 0, array.Length);
    }

    private static void AppendItems(IncrementalHash hash, IArrowArray array, int start, int length)
    {
        Append(hash, length);
        // Joints and images are long runs of numbers, and lists of a few of them: all at once.
        if (array.DataType.Layout == ArrowLayout.FixedWidth && !HasNulls(array, start, length))
        {
            hash.AppendData([1]);
            int width = array.DataType.ValueBytes;
            hash.AppendData(array.Data.Buffers[1].Span.Slice((array.Offset + start) * width, length * width));
            return;
        }

        if (length > 0 && array is ListArray { DataType: ListType } lists && !HasNulls(array, start, length))
        {
            hash.AppendData([2]);
            AppendLengths(hash, lists.ValueOffsets.Slice(start, length + 1));
            AppendItems(hash, lists.Values, lists.ValueOffsets[start], lists.ValueOffsets[start + length] - lists.ValueOffsets[start]);
            return;
        }

        hash.AppendData([0]);
        for (int i = start; i < start + length; i++)
            AppendValue(hash, array, i);
    }

    private static void AppendLengths(IncrementalHash hash, ReadOnlySpan<int> ends)
    {
        const int AtOnce = 256;
        Span<int> lengths = stackalloc int[AtOnce];
        for (int k = 1; k < ends.Length; k += AtOnce)
        {
            int count = Math.Min(AtOnce, ends.Length - k);
            for (int i = 0; i < count; i++)
                lengths[i] = ends[k + i] - ends[k + i - 1];
            hash.AppendData(MemoryMarshal.AsBytes(lengths[..count]));
        }
    }

    // Of these items alone: nulls elsewhere in the array must not change what is said of them.
    private static bool HasNulls(IArrowArray array, int start, int length)
    {
        for (int i = start; array.NullCount != 0 && i < start + length; i++)
        {
            if (array.IsNull(i))
                return true;
        }

        return false;
    }

    private static void AppendValue(IncrementalHash hash, IArrowArray array, int i)
    {
        if (array is DictionaryArray dictionary && dictionary.IsValid(i))
        {
            AppendValue(hash, dictionary.Dictionary, dictionary.GetIndex(i));
            return;
        }

        if (array is UnionArray union)
        {
            (int child, int at) = union.Locate(i);
            Append(hash, child);
            AppendValue(hash, union.Fields[child], at);
            return;
        }

        if (array is RunEndEncodedArray runs)
        {
            AppendValue(hash, runs.Values, runs.FindPhysicalIndex(i));
            return;
        }

        bool valid = array.IsValid(i);
        hash.AppendData(valid ? [1] : [0]);
        if (valid)
            AppendValid(hash, array, i);
    }

    private static void AppendValid(IncrementalHash hash, IArrowArray array, int i)
    {
        switch (array)
        {
            case BooleanArray flags:
                hash.AppendData(flags.GetValue(i) == true ? [1] : [0]);
                break;
            case IByteStringArray bytes:
                Append(hash, bytes.GetBytes(i).Length);
                hash.AppendData(bytes.GetBytes(i));
                break;
            case StructArray fields:
                foreach (IArrowArray field in fields.Fields)
                    AppendValue(hash, field, i);
                break;
            case ListArray list:
                AppendItems(hash, list.Values, list.ValueOffsets[i], list.GetValueLength(i));
                break;
            case LargeListArray list:
                AppendItems(hash, list.Values, (int)list.ValueOffsets[i], list.GetValueLength(i));
                break;
            case ListViewArray list:
                AppendItems(hash, list.Values, list.ValueOffsets[i], list.Sizes[i]);
                break;
            case LargeListViewArray list:
                AppendItems(hash, list.Values, (int)list.ValueOffsets[i], (int)list.Sizes[i]);
                break;
            case FixedSizeListArray list:
                AppendItems(hash, list.Values, (list.Offset + i) * list.ListSize, list.ListSize);
                break;
            default:
                int width = array.DataType.ValueBytes;
                hash.AppendData(array.Data.Buffers[1].Span.Slice((array.Offset + i) * width, width));
                break;
        }
    }

    private static void Append(IncrementalHash hash, int number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, number);
        hash.AppendData(bytes);
    }
}
