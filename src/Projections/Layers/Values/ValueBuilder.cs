using System.Buffers;
using Strata.Arrow;
using Strata.Projections.Storage;

namespace Strata.Projections.Layers.Values;

/// <summary>
/// Gathers values of one type, out of many small messages, into one array: buffers are copied from where they lie, and no array is made for any message.
/// </summary>
internal abstract class ValueBuilder(ArrowType type)
{
    private readonly List<byte> _validity = [];
    private int _nulls;

    public ArrowType Type { get; } = type;

    public int Length { get; private set; }

    /// <returns>Null for a type that needs more than its buffers copied: dictionaries, unions, views, runs.</returns>
    public static ValueBuilder? Of(ArrowType type) => type switch
    {
        BooleanType => new BitBuilder(type),
        StringType or BinaryType => new ByteStringBuilder(type),
        FixedWidthType fixedWidth => new FixedWidthBuilder(fixedWidth),
        ListType or MapType => Of(((ListLikeType)type).ValueDataType) is { } items ? new ListBuilder(type, items) : null,
        FixedSizeListType list => Of(list.ValueDataType) is { } items ? new FixedSizeListBuilder(list, items) : null,
        StructType structure => StructBuilder.TryMake(structure),
        _ => null,
    };

    /// <summary>Appends <paramref name="count"/> values of a message from number <paramref name="start"/> on.</summary>
    /// <exception cref="ReadModelStorageException">The message contradicts itself.</exception>
    public void Append(ReadOnlySpan<byte> message, CellLayout part, int start, int count)
    {
        for (var i = start; i < start + count; i++)
        {
            MarkNext(part.Nulls == 0 || Bit(part.Buffer(message, 0), i));
        }

        AppendValues(message, part, start, count);
    }

    public void AppendNull()
    {
        MarkNext(false);
        AppendEmpty();
    }

    public ArrayData Finish()
    {
        var validity = _nulls == 0 ? ArrowBuffer.Empty : new ArrowBuffer(_validity.ToArray());
        return Finish(validity, _nulls);
    }

    protected abstract void AppendValues(ReadOnlySpan<byte> message, CellLayout part, int start, int count);

    /// <summary>What stands in the buffers for a null.</summary>
    protected abstract void AppendEmpty();

    protected abstract ArrayData Finish(ArrowBuffer validity, int nulls);

    protected static bool Bit(ReadOnlySpan<byte> bits, int index) => index >> 3 < bits.Length ? Bitmap.Get(bits, index) : throw Broken($"{bits.Length} bytes of bits for value {index}");

    protected static ReadOnlySpan<byte> Part(ReadOnlySpan<byte> buffer, long start, long count) =>
        start >= 0 && count >= 0 && start + count <= buffer.Length ? buffer.Slice((int)start, (int)count) : throw Broken($"{count} bytes at {start} of {buffer.Length}");

    protected static ReadModelStorageException Broken(string found) => new($"property batch: expected values within their buffers, found {found}; rebuild the read models: strata rebuild");

    private void MarkNext(bool isValid)
    {
        if ((Length & 7) == 0)
        {
            _validity.Add(0);
        }

        if (isValid)
        {
            _validity[^1] |= (byte)(1 << (Length & 7));
        }
        else
        {
            _nulls++;
        }

        Length++;
    }
}

internal sealed class FixedWidthBuilder(FixedWidthType type) : ValueBuilder(type)
{
    private readonly int _width = type.BitWidth / 8;
    private readonly ArrayBufferWriter<byte> _values = new();

    protected override void AppendValues(ReadOnlySpan<byte> message, CellLayout part, int start, int count) =>
        _values.Write(Part(part.Buffer(message, 1), (long)start * _width, (long)count * _width));

    protected override void AppendEmpty()
    {
        _values.GetSpan(_width)[.._width].Clear();
        _values.Advance(_width);
    }

    protected override ArrayData Finish(ArrowBuffer validity, int nulls) => new(Type, Length, nulls, 0, [validity, new ArrowBuffer(_values.WrittenMemory)]);
}

internal sealed class BitBuilder(ArrowType type) : ValueBuilder(type)
{
    private readonly List<bool> _values = [];

    protected override void AppendValues(ReadOnlySpan<byte> message, CellLayout part, int start, int count)
    {
        var bits = part.Buffer(message, 1);
        for (var i = start; i < start + count; i++)
        {
            _values.Add(Bit(bits, i));
        }
    }

    protected override void AppendEmpty() => _values.Add(false);

    protected override ArrayData Finish(ArrowBuffer validity, int nulls) => new(Type, Length, nulls, 0, [validity, new ArrowBuffer(Bitmap.Pack(_values.ToArray()))]);
}
