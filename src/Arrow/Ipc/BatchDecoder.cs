using System.Buffers.Binary;
using Strata.Arrow.FlatBuffers;

namespace Strata.Arrow.Ipc;

/// <summary>
/// Cuts the body of one RecordBatch table into arrays, depth-first, parent before children. Every array is validated as arrow-rs does: lengths, exact null counts,
/// offsets, UTF-8. Source: rrd-format §3.4.
/// </summary>
internal ref struct BatchDecoder
{
    private const int StructBytes = 16;
    private static readonly ArrowBuffer ZeroOffset = new(new byte[8]);

    private readonly FlatBufferTable _table;
    private readonly IpcMessage _message;
    private readonly DictionaryStore _dictionaries;
    private readonly ReadOnlySpan<byte> _nodes;
    private readonly ReadOnlySpan<byte> _buffers;
    private readonly ReadOnlySpan<byte> _variadicCounts;
    private int _nextNode;
    private int _nextBuffer;
    private int _nextVariadic;
    private long _bufferBytes;
    private string _column = "a dictionary or the batch";

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

        _nodes = table.Vector(BatchSlots.Nodes, StructBytes, out _);
        _buffers = table.Vector(BatchSlots.Buffers, StructBytes, out _);
        _variadicCounts = table.Vector(BatchSlots.VariadicCounts, 8, out _);
    }

    public RecordBatch Decode(Schema schema)
    {
        int length = Length(_table.Int64(BatchSlots.Length), "rows");
        if (schema.FieldCount == 0)
            WithoutBytes(length);
        var columns = new IArrowArray[schema.FieldCount];
        for (int k = 0; k < columns.Length; k++)
        {
            Field field = schema.GetFieldByIndex(k);
            _column = $"column '{field.Name}'";
            ArrayData data = Decode(field.DataType);
            if (data.Length != length)
                throw Fault($"{length} rows, as the batch says", $"{data.Length}");
            if (!field.IsNullable && data.NullCount != 0 && data.DataType.Layout != ArrowLayout.Null)
                throw Fault("no nulls in a column that is not nullable", $"{data.NullCount}");
            columns[k] = ArrowArrayFactory.BuildArray(data);
        }

        RequireAllUsed();
        return new RecordBatch(schema, columns, length);
    }

    /// <summary>The single array of a dictionary batch.</summary>
    public ArrayData DecodeValues(ArrowType type)
    {
        ArrayData data = Decode(type);
        RequireAllUsed();
        return data;
    }

    private ArrayData Decode(ArrowType type)
    {
        (int length, long nulls) = NextNode();
        if (type.Layout == ArrowLayout.Null)
            return new ArrayData(type, WithoutBytes(length), length, 0, []);
        if (type.Layout is ArrowLayout.DenseUnion or ArrowLayout.SparseUnion)
            return Union((UnionType)type, length, nulls);
        if (type.Layout == ArrowLayout.RunEndEncoded)
            return RunEnds((RunEndEncodedType)type, length, nulls);
        (ArrowBuffer validity, int nullCount) = Validity(length, nulls);
        switch (type.Layout)
        {
            case ArrowLayout.Bits:
                return new ArrayData(type, length, nullCount, 0, [validity, NextBuffer(Bitmap.ByteCount(length), "values")]);
            case ArrowLayout.FixedWidth:
                if (type.ValueBytes == 0)
                    WithoutBytes(length);
                return new ArrayData(type, length, nullCount, 0, [validity, NextBuffer((long)length * type.ValueBytes, "values")]);
            case ArrowLayout.Dictionary:
                ArrowBuffer indices = NextBuffer((long)length * type.ValueBytes, "indices");
                return Checked(new ArrayData(type, length, nullCount, 0, [validity, indices], null, _dictionaries.ValuesOf((DictionaryType)type)));
            case ArrowLayout.Binary:
                return Checked(new ArrayData(type, length, nullCount, 0, [validity, Offsets(length, 4), NextBuffer(0, "bytes")]));
            case ArrowLayout.LargeBinary:
                return Checked(new ArrayData(type, length, nullCount, 0, [validity, Offsets(length, 8), NextBuffer(0, "bytes")]));
            case ArrowLayout.View:
                return Checked(new ArrayData(type, length, nullCount, 0, Views(validity, length)));
            case ArrowLayout.List:
                return List(type, length, nullCount, [validity, Offsets(length, 4)]);
            case ArrowLayout.LargeList:
                return List(type, length, nullCount, [validity, Offsets(length, 8)]);
            case ArrowLayout.ListView:
                return List(type, length, nullCount, [validity, NextBuffer(4L * length, "offsets"), NextBuffer(4L * length, "sizes")]);
            case ArrowLayout.LargeListView:
                return List(type, length, nullCount, [validity, NextBuffer(8L * length, "offsets"), NextBuffer(8L * length, "sizes")]);
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
            WithoutBytes(length);
        ArrayData child = Decode(type.ValueDataType);
        if (child.Length < (long)length * type.ListSize)
            throw Fault($"{(long)length * type.ListSize} items for {length} lists of {type.ListSize}", $"{child.Length}");
        return new ArrayData(type, length, nulls, 0, [validity], [child]);
    }

    private ArrayData Struct(StructType type, int length, int nulls, ArrowBuffer validity)
    {
        if (type.Fields.Count == 0)
            WithoutBytes(length);
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
        ArrowBuffer typeIds = NextBuffer(length, "type ids");
        bool dense = type.Mode == UnionMode.Dense;
        ArrowBuffer offsets = dense ? NextBuffer(4L * length, "offsets") : ArrowBuffer.Empty;
        ArrayData[] children = Children(type.Fields, dense ? 0 : length);
        return Checked(new ArrayData(type, length, 0, 0, [typeIds, offsets], children));
    }

    private ArrayData RunEnds(RunEndEncodedType type, int length, long nulls)
    {
        WithoutOwnNulls("run ends", nulls);
        // A single run stands for any number of values.
        WithoutBytes(length);
        ArrayData ends = Decode(type.RunEndsField.DataType);
        ArrayData values = Decode(type.ValuesField.DataType);
        return Checked(new ArrayData(type, length, 0, 0, [], [ends, values]));
    }

    // Before metadata V5 these had a validity buffer; only without nulls does it mean the same.
    private void WithoutOwnNulls(string what, long nulls)
    {
        if (_message.Version != MetadataVersion.V4)
            return;
        NextBuffer(0, "validity");
        if (nulls > 0)
            throw Fault($"{what} without nulls of its own", $"{nulls} nulls in metadata V4");
    }

    private ArrowBuffer[] Views(ArrowBuffer validity, int length)
    {
        ArrowBuffer views = NextBuffer((long)length * BinaryViewArray.ViewBytes, "views");
        if (8 * _nextVariadic >= _variadicCounts.Length)
            throw Fault("a count of data buffers for each view column", $"{_variadicCounts.Length / 8} counts");
        long count = BinaryPrimitives.ReadInt64LittleEndian(_variadicCounts[(8 * _nextVariadic++)..]);
        long left = _buffers.Length / StructBytes - _nextBuffer;
        if (count < 0 || count > left)
            throw Fault($"0 to {left} data buffers (what is left)", $"{count}");
        var buffers = new ArrowBuffer[2 + count];
        (buffers[0], buffers[1]) = (validity, views);
        for (int k = 2; k < buffers.Length; k++)
            buffers[k] = NextBuffer(0, "data");
        return buffers;
    }

    private ArrowBuffer Offsets(int length, int width)
    {
        // Writers before 1.0 leave the offsets of an empty array out.
        ArrowBuffer offsets = NextBuffer(length == 0 ? 0 : (length + 1L) * width, "offsets");
        return offsets.Length < width ? ZeroOffset : offsets;
    }

    private (ArrowBuffer Validity, int NullCount) Validity(int length, long nulls)
    {
        ArrowBuffer validity = NextBuffer(nulls == 0 ? 0 : Bitmap.ByteCount(length), "validity");
        if (nulls == 0)
            return (ArrowBuffer.Empty, 0);
        int counted = length - Bitmap.CountSet(validity.Span, 0, length);
        if (counted != nulls)
            throw Fault($"{nulls} nulls, as the field node says", $"{counted} in the validity bits");
        return (validity, counted);
    }

    private (int Length, long Nulls) NextNode()
    {
        if ((_nextNode + 1) * StructBytes > _nodes.Length)
            throw Fault("a field node for each field of the schema", $"{_nodes.Length / StructBytes} nodes");
        ReadOnlySpan<byte> node = _nodes.Slice(StructBytes * _nextNode++, StructBytes);
        int length = Length(BinaryPrimitives.ReadInt64LittleEndian(node), "values");
        long nulls = BinaryPrimitives.ReadInt64LittleEndian(node[8..]);
        if (nulls < 0 || nulls > length)
            throw Fault($"a null count of 0 to {length}", $"{nulls}");
        return (length, nulls);
    }

    private ArrowBuffer NextBuffer(long minBytes, string what)
    {
        if ((_nextBuffer + 1) * StructBytes > _buffers.Length)
            throw Fault($"a buffer of {what}", $"only {_buffers.Length / StructBytes} buffers in the batch");
        ReadOnlySpan<byte> entry = _buffers.Slice(StructBytes * _nextBuffer++, StructBytes);
        long offset = BinaryPrimitives.ReadInt64LittleEndian(entry);
        long length = BinaryPrimitives.ReadInt64LittleEndian(entry[8..]);
        int body = _message.Body.Length;
        if (offset < 0 || length < 0 || offset > body || length > body - offset)
            throw Fault($"a buffer of {what} within the body of {body} bytes", $"{length} bytes at {offset}");
        if (length < minBytes)
            throw Fault($"at least {minBytes} bytes of {what}", $"{length}");
        _bufferBytes += length;
        if (_bufferBytes > MaxBufferBytes(body))
            throw Fault($"at most {MaxBufferBytes(body)} bytes of buffers in a body of {body} bytes ({nameof(ArrowLimits)}.{nameof(ArrowLimits.MaxBodySharing)})", "more, by sharing bytes");
        return new ArrowBuffer(_message.Body.Slice((int)offset, (int)length));
    }

    private static long MaxBufferBytes(int body) => ArrowLimits.FreeSharedBodyBytes + (long)ArrowLimits.MaxBodySharing * body;

    private readonly int Length(long length, string what) =>
        length is >= 0 and <= ArrowLimits.MaxRows ? (int)length : throw Fault($"0 to {ArrowLimits.MaxRows} {what}", $"{length}");

    private readonly int WithoutBytes(int length) =>
        length <= ArrowLimits.MaxRowsWithoutBytes ? length : throw Fault($"at most {ArrowLimits.MaxRowsWithoutBytes} values that take no bytes", $"{length}");

    private readonly void RequireAllUsed()
    {
        int nodes = _nodes.Length / StructBytes;
        int buffers = _buffers.Length / StructBytes;
        if (_nextNode != nodes || _nextBuffer != buffers)
            throw Fault($"{_nextNode} nodes and {_nextBuffer} buffers for the schema", $"{nodes} nodes and {buffers} buffers");
    }

    private readonly ArrayData Checked(ArrayData data)
    {
        if (ArrayValidator.FindFault(data) is var (expected, found))
            throw Fault(expected, found);
        return data;
    }

    private readonly ArrowFormatException Fault(string expected, string found) => new(_message.BodyOffset, $"in {_column} {expected}", found);
}
