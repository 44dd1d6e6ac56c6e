using Strata.Arrow.FlatBuffers;

namespace Strata.Arrow.Ipc;

/// <summary>
/// Cuts the body of one RecordBatch table into arrays, depth-first, parent before children. Every array is validated as arrow-rs does: lengths, exact null counts,
/// offsets, UTF-8. Source: rrd-format §3.4.
/// </summary>
internal ref struct BatchDecoder
{
    private static readonly ArrowBuffer ZeroOffset = new(new byte[8]);

    private readonly FlatBufferTable _table;
    private readonly IpcMessage _message;
    private readonly DictionaryStore _dictionaries;
    private BatchCursor _cursor;

    public BatchDecoder(FlatBufferTable table, IpcMessage message, DictionaryStore dictionaries)
    {
        _table = table;
        _message = message;
        _dictionaries = dictionaries;
        if (table.Has(BatchSlots.Compression))
        {
            byte codec = table.Table(BatchSlots.Compression, "a compression").Byte(0);
            string name = codec switch
            {
                0 => "LZ4_FRAME",
                1 => "ZSTD",
                _ => $"with codec {codec}",
            };
            throw table.Fault("an uncompressed body", $"one that is compressed: body compression {name} is not supported");
        }

        _cursor = new BatchCursor(table, message);
    }

    public RecordBatch Decode(Schema schema)
    {
        int length = _cursor.Length(_table.Int64(BatchSlots.Length), "rows");
        if (schema.FieldCount == 0)
            _cursor.WithoutBytes(length);
        var columns = new IArrowArray[schema.FieldCount];
        for (int k = 0; k < columns.Length; k++)
        {
            Field field = schema.GetFieldByIndex(k);
            _cursor.Column = $"column '{field.Name}'";
            ArrayData data = Decode(field.DataType);
            if (data.Length != length)
                throw Fault($"{length} rows, as the batch says", $"{data.Length}");
            if (!field.IsNullable && data.NullCount != 0 && data.DataType.Layout != ArrowLayout.Null)
                throw Fault("no nulls in a column that is not nullable", $"{data.NullCount}");
            columns[k] = ArrowArrayFactory.BuildArray(data);
        }

        _cursor.RequireAllUsed();
        return new RecordBatch(schema, columns, length);
    }

    /// <summary>The single array of a dictionary batch.</summary>
    public ArrayData DecodeValues(ArrowType type)
    {
        ArrayData data = Decode(type);
        _cursor.RequireAllUsed();
        return data;
    }

    private ArrayData Decode(ArrowType type)
    {
        (int length, long nulls) = _cursor.NextNode();
        if (type.Layout == ArrowLayout.Null)
            return new ArrayData(type, _cursor.WithoutBytes(length), length, 0, []);
        if (type.Layout is ArrowLayout.DenseUnion or ArrowLayout.SparseUnion)
            return Union((UnionType)type, length, nulls);
        if (type.Layout == ArrowLayout.RunEndEncoded)
            return RunEnds((RunEndEncodedType)type, length, nulls);
        (ArrowBuffer validity, int nullCount) = _cursor.Validity(length, nulls);
        switch (type.Layout)
        {
            case ArrowLayout.Bits:
                return new ArrayData(type, length, nullCount, 0, [validity, _cursor.NextBuffer(Bitmap.ByteCount(length), "values")]);
            case ArrowLayout.FixedWidth:
                if (type.ValueBytes == 0)
                    _cursor.WithoutBytes(length);
                return new ArrayData(type, length, nullCount, 0, [validity, _cursor.NextBuffer((long)length * type.ValueBytes, "values")]);
            case ArrowLayout.Dictionary:
                ArrowBuffer indices = _cursor.NextBuffer((long)length * type.ValueBytes, "indices");
                return Checked(new ArrayData(type, length, nullCount, 0, [validity, indices], null, _dictionaries.ValuesOf((DictionaryType)type)));
            case ArrowLayout.Binary:
                return Checked(new ArrayData(type, length, nullCount, 0, [validity, Offsets(length, 4), _cursor.NextBuffer(0, "bytes")]));
            case ArrowLayout.LargeBinary:
                return Checked(new ArrayData(type, length, nullCount, 0, [validity, Offsets(length, 8), _cursor.NextBuffer(0, "bytes")]));
            case ArrowLayout.View:
                return Checked(new ArrayData(type, length, nullCount, 0, Views(validity, length)));
            case ArrowLayout.List:
                return List(type, length, nullCount, [validity, Offsets(length, 4)]);
            case ArrowLayout.LargeList:
                return List(type, length, nullCount, [validity, Offsets(length, 8)]);
            case ArrowLayout.ListView:
                return List(type, length, nullCount, [validity, _cursor.NextBuffer(4L * length, "offsets"), _cursor.NextBuffer(4L * length, "sizes")]);
            case ArrowLayout.LargeListView:
                return List(type, length, nullCount, [validity, _cursor.NextBuffer(8L * length, "offsets"), _cursor.NextBuffer(8L * length, "sizes")]);
            case ArrowLayout.FixedSizeList:
                return FixedSizeList((FixedSizeListType)type, length, nullCount, validity);
            default:
                return Struct((StructType)type, length, nullCount, validity);
        }
    }

    private ArrayData List(ArrowType type, int length, int nulls, ArrowBuffer[] buffers) =>
        Checked(new ArrayData(type, length, nulls, 0, buffers, [Decode(((ListLikeType)type).ValueDataType)]));

    private ArrayData FixedSizeList(FixedSizeListType type, int length, int nulls, ArrowBuffer validity)
    {
        if (type.ListSize == 0)
            _cursor.WithoutBytes(length);
        ArrayData child = Decode(type.ValueDataType);
        if (child.Length < (long)length * type.ListSize)
            throw Fault($"{(long)length * type.ListSize} items for {length} lists of {type.ListSize}", $"{child.Length}");
        return new ArrayData(type, length, nulls, 0, [validity], [child]);
    }

    private ArrayData Struct(StructType type, int length, int nulls, ArrowBuffer validity)
    {
        if (type.Fields.Count == 0)
            _cursor.WithoutBytes(length);
        return new ArrayData(type, length, nulls, 0, [validity], Children(type.Fields, length));
    }

    private ArrayData[] Children(IReadOnlyList<Field> fields, int minLength)
    {
        var children = new ArrayData[fields.Count];
        for (int k = 0; k < children.Length; k++)
        {
            children[k] = Decode(fields[k].DataType);
            if (children[k].Length < minLength)
                throw Fault($"{minLength} values of child '{fields[k].Name}'", $"{children[k].Length}");
        }

        return children;
    }

    private ArrayData Union(UnionType type, int length, long nulls)
    {
        WithoutOwnNulls("a union", nulls);
        ArrowBuffer typeIds = _cursor.NextBuffer(length, "type ids");
        bool dense = type.Mode == UnionMode.Dense;
        ArrowBuffer offsets = dense ? _cursor.NextBuffer(4L * length, "offsets") : ArrowBuffer.Empty;
        ArrayData[] children = Children(type.Fields, dense ? 0 : length);
        return Checked(new ArrayData(type, length, 0, 0, [typeIds, offsets], children));
    }

    private ArrayData RunEnds(RunEndEncodedType type, int length, long nulls)
    {
        WithoutOwnNulls("run ends", nulls);
        // A single run stands for any number of values.
        _cursor.WithoutBytes(length);
        ArrayData ends = Decode(type.RunEndsField.DataType);
        ArrayData values = Decode(type.ValuesField.DataType);
        return Checked(new ArrayData(type, length, 0, 0, [], [ends, values]));
    }

    // Before metadata V5 these had a validity buffer; only without nulls does it mean the same.
    private void WithoutOwnNulls(string what, long nulls)
    {
        if (_message.Version != MetadataVersion.V4)
            return;
        _cursor.NextBuffer(0, "validity");
        if (nulls > 0)
            throw Fault($"{what} without nulls of its own", $"{nulls} nulls in metadata V4");
    }

    private ArrowBuffer[] Views(ArrowBuffer validity, int length)
    {
        ArrowBuffer views = _cursor.NextBuffer((long)length * BinaryViewArray.ViewBytes, "views");
        int count = _cursor.NextVariadicCount();
        var buffers = new ArrowBuffer[2 + count];
        (buffers[0], buffers[1]) = (validity, views);
        for (int k = 2; k < buffers.Length; k++)
            buffers[k] = _cursor.NextBuffer(0, "data");
        return buffers;
    }

    private ArrowBuffer Offsets(int length, int width)
    {
        // Writers before 1.0 leave the offsets of an empty array out.
        ArrowBuffer offsets = _cursor.NextBuffer(length == 0 ? 0 : (length + 1L) * width, "offsets");
        return offsets.Length < width ? ZeroOffset : offsets;
    }

    private readonly ArrayData Checked(ArrayData data)
    {
        if (ArrayValidator.FindFault(data) is var (expected, found))
            throw Fault(expected, found);
        return data;
    }

    private readonly ArrowFormatException Fault(string expected, string found) => _cursor.Fault(expected, found);
}
