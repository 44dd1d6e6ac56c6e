using System.Text;

namespace Strata.Arrow.Tests.Support;

/// <summary>Arrays of any type and any layout that Arrow allows: slices, offsets that do not start at 0, values behind nulls, lists that overlap.</summary>
internal sealed class AnyArrays
{
    private static readonly string[] Texts = ["", "a", "größer", "😀", "zwölf Bytes!", "a text of more than twelve bytes"];

    private readonly Random _random;
    private readonly AnyTypes _types;

    public AnyArrays(Random random)
    {
        _random = random;
        _types = new AnyTypes(random);
    }

    public RecordBatch Batch()
    {
        int rows = _random.Next(12);
        var fields = new List<Field>();
        var arrays = new List<IArrowArray>();
        for (int k = _random.Next(1, 6); k > 0; k--)
        {
            ArrowType type = _types.Any(depth: 3);
            fields.Add(new Field($"c{k}", type, nullable: true, _random.Next(2) == 0 ? null : Metadata()));
            arrays.Add(ArrowArrayFactory.BuildArray(Data(type, rows)));
        }

        return new RecordBatch(new Schema(fields, Metadata()), arrays, rows);
    }

    private Dictionary<string, string> Metadata() => Enumerable.Range(0, _random.Next(3)).ToDictionary(k => Texts[k], _ => Texts[_random.Next(Texts.Length)]);

    /// <summary>Half of them are slices of longer arrays.</summary>
    private ArrayData Data(ArrowType type, int length, bool nullable = true)
    {
        if (_random.Next(2) == 0)
            return Whole(type, length, nullable);
        int before = _random.Next(10);
        return Whole(type, before + length + _random.Next(3), nullable).Slice(before, length);
    }

    private ArrayData Whole(ArrowType type, int length, bool nullable)
    {
        switch (type)
        {
            case NullType:
                return new ArrayData(type, length, length, 0, []);
            case UnionType union:
                return Union(union, length);
            case RunEndEncodedType runs:
                return Runs(runs, length);
        }

        (ArrowBuffer validity, int nulls) = Validity(length, nullable);
        return type switch
        {
            DictionaryType dictionary => Dictionary(dictionary, length, validity, nulls),
            BooleanType => new ArrayData(type, length, nulls, 0, [validity, Bytes(Bitmap.ByteCount(length))]),
            FixedWidthType => new ArrayData(type, length, nulls, 0, [validity, Bytes(length * type.ValueBytes)]),
            StringViewType or BinaryViewType => new ArrayData(type, length, nulls, 0, [validity, .. Views(length)]),
            ListLikeType list => List(list, length, validity, nulls),
            StructType s => new ArrayData(type, length, nulls, 0, [validity], [.. s.Fields.Select(f => Data(f.DataType, length + _random.Next(2), f.IsNullable))]),
            _ => new ArrayData(type, length, nulls, 0, [validity, .. Strings(length, type.Layout == ArrowLayout.LargeBinary)]),
        };
    }

    private ArrayData List(ListLikeType type, int length, ArrowBuffer validity, int nulls)
    {
        if (type is FixedSizeListType fixedSize)
            return new ArrayData(type, length, nulls, 0, [validity], [Data(type.ValueDataType, length * fixedSize.ListSize + _random.Next(2), type.ValueField.IsNullable)]);
        if (type is ListViewType or LargeListViewType)
        {
            ArrayData items = Data(type.ValueDataType, _random.Next(8));
            int[] starts = [.. Enumerable.Range(0, length).Select(_ => _random.Next(items.Length + 1))];
            int[] sizes = [.. starts.Select(s => _random.Next(items.Length - s + 1))];
            return new ArrayData(type, length, nulls, 0, [validity, Numbers(starts, type is LargeListViewType), Numbers(sizes, type is LargeListViewType)], [items]);
        }

        int[] offsets = Offsets(length, 3);
        ArrayData values = Data(type.ValueDataType, offsets[^1] + _random.Next(3), type.ValueField.IsNullable);
        return new ArrayData(type, length, nulls, 0, [validity, Numbers(offsets, type is LargeListType)], [values]);
    }

    private ArrayData Dictionary(DictionaryType type, int length, ArrowBuffer validity, int nulls)
    {
        ArrayData values = Data(type.ValueType, _random.Next(1, 6));
        var indices = new byte[length * type.ValueBytes];
        for (int k = 0; k < length; k++)
            indices[k * type.ValueBytes] = (byte)_random.Next(values.Length);
        return new ArrayData(type, length, nulls, 0, [validity, new ArrowBuffer(indices)], null, values);
    }

    private ArrayData Union(UnionType type, int length)
    {
        bool dense = type.Mode == UnionMode.Dense;
        ArrayData[] children = [.. type.Fields.Select(f => Data(f.DataType, dense ? _random.Next(1, 5) : length + _random.Next(2)))];
        int[] chosen = [.. Enumerable.Range(0, length).Select(_ => _random.Next(children.Length))];
        ArrowBuffer ids = new(chosen.Select(c => (byte)type.TypeIds[c]).ToArray());
        ArrowBuffer offsets = dense ? Numbers([.. chosen.Select(c => _random.Next(children[c].Length))], large: false) : ArrowBuffer.Empty;
        return new ArrayData(type, length, 0, 0, [ids, offsets], children);
    }

    private ArrayData Runs(RunEndEncodedType type, int length)
    {
        var ends = new List<long>();
        while (ends.LastOrDefault() < length)
            ends.Add(ends.LastOrDefault() + _random.Next(1, 4));
        return new ArrayData(type, length, 0, 0, [], [RunEndSlices.EndsOf(type.RunEndsField.DataType, [.. ends]), Data(type.ValuesField.DataType, ends.Count + _random.Next(2))]);
    }

    private (ArrowBuffer Validity, int Nulls) Validity(int length, bool nullable)
    {
        if (!nullable || _random.Next(3) == 0)
            return (ArrowBuffer.Empty, 0);
        ArrowBuffer bits = Bytes(Bitmap.ByteCount(length));
        int nulls = length - Bitmap.CountSet(bits.Span, 0, length);
        return (nulls == 0 ? ArrowBuffer.Empty : bits, nulls);
    }

    private ArrowBuffer Bytes(int count)
    {
        var bytes = new byte[count];
        _random.NextBytes(bytes);
        return new ArrowBuffer(bytes);
    }

    private ArrowBuffer[] Strings(int length, bool large)
    {
        string[] texts = [.. Enumerable.Range(0, length + 1).Select(_ => Texts[_random.Next(Texts.Length)])];
        var offsets = new int[length + 1];
        offsets[0] = Encoding.UTF8.GetByteCount(texts[0]);
        for (int k = 0; k < length; k++)
            offsets[k + 1] = offsets[k] + Encoding.UTF8.GetByteCount(texts[k + 1]);
        return [Numbers(offsets, large), new ArrowBuffer(Encoding.UTF8.GetBytes(string.Concat(texts) + "behind"))];
    }

    private IEnumerable<ArrowBuffer> Views(int length)
    {
        var views = new byte[length * BinaryViewArray.ViewBytes];
        var data = new List<byte>[] { [], [] };
        for (int k = 0; k < length; k++)
        {
            byte[] text = Encoding.UTF8.GetBytes(Texts[_random.Next(Texts.Length)]);
            Span<byte> view = views.AsSpan(k * BinaryViewArray.ViewBytes, BinaryViewArray.ViewBytes);
            BitConverter.TryWriteBytes(view, text.Length);
            text.AsSpan(0, Math.Min(text.Length, text.Length > BinaryViewArray.InlineBytes ? 4 : text.Length)).CopyTo(view[4..]);
            if (text.Length <= BinaryViewArray.InlineBytes)
                continue;
            int buffer = _random.Next(2);
            BitConverter.TryWriteBytes(view[8..], buffer);
            BitConverter.TryWriteBytes(view[12..], data[buffer].Count);
            data[buffer].AddRange(text);
        }

        return [new ArrowBuffer(views), .. data.Select(d => new ArrowBuffer(d.ToArray()))];
    }

    private int[] Offsets(int length, int most)
    {
        var offsets = new int[length + 1];
        offsets[0] = _random.Next(3);
        for (int k = 0; k < length; k++)
            offsets[k + 1] = offsets[k] + _random.Next(most + 1);
        return offsets;
    }

    private static ArrowBuffer Numbers(int[] numbers, bool large) => large ? ArrowBuffer.Of<long>([.. numbers.Select(n => (long)n)]) : ArrowBuffer.Of<int>(numbers);
}
