using System.Buffers.Binary;

namespace Strata.Arrow;

internal static class DictionaryConcatenation
{
    /// <summary>Keeps a shared dictionary; different ones are appended and the indices moved.</summary>
    public static ArrayData Join(DictionaryType type, ArrayData[] parts, int length, ArrowBuffer validity, int nulls)
    {
        if (parts.All(p => ReferenceEquals(p.Dictionary, parts[0].Dictionary)))
            return new ArrayData(type, length, nulls, 0, [validity, ArrayConcatenator.Raw(parts, 1, type.ValueBytes, length)], null, parts[0].Dictionary);
        ArrayData values = ArrayConcatenator.Concatenate([.. parts.Select(p => p.Dictionary!)]);
        var bytes = new byte[ArrayConcatenator.Bytes((long)length * type.ValueBytes)];
        int at = 0;
        int moved = 0;
        foreach (ArrayData part in parts)
        {
            for (int k = 0; k < part.Length; k++, at++)
            {
                bool valid = part.Validity.IsEmpty || Bitmap.Get(part.Validity.Span, part.Offset + k);
                Write(type, bytes, at, valid ? DictionaryIndices.At(part, k) + (long)moved : 0);
            }

            moved += part.Dictionary!.Length;
        }

        return new ArrayData(type, length, nulls, 0, [validity, new ArrowBuffer(bytes)], null, values);
    }

    private static void Write(DictionaryType type, Span<byte> bytes, int at, long index)
    {
        long max = type.IndexType.TypeId switch
        {
            ArrowTypeId.Int8 => sbyte.MaxValue,
            ArrowTypeId.UInt8 => byte.MaxValue,
            ArrowTypeId.Int16 => short.MaxValue,
            ArrowTypeId.UInt16 => ushort.MaxValue,
            _ => int.MaxValue,
        };
        if (index > max)
            throw new ArrowFormatException(-1, $"dictionaries that together fit indices of {type.IndexType}", $"index {index}");
        Span<byte> little = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(little, index);
        little[..type.ValueBytes].CopyTo(bytes[(at * type.ValueBytes)..]);
    }
}
