using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Unicode;
using Strata.Arrow;

namespace Strata.Projections.Layers.Values;

/// <summary>Ends of values that have lengths of their own.</summary>
internal sealed class Offsets
{
    private readonly List<int> _ends = [0];

    public int End => _ends[^1];

    public void Add(int length) => _ends.Add(checked(End + length));

    public ArrowBuffer ToBuffer() => ArrowBuffer.Of<int>(CollectionsMarshal.AsSpan(_ends));

    public ReadOnlySpan<int> Span => CollectionsMarshal.AsSpan(_ends);
}

internal sealed class ByteStringBuilder(ArrowType type) : ValueBuilder(type)
{
    private readonly Offsets _offsets = new();
    private readonly ArrayBufferWriter<byte> _bytes = new();
    private readonly bool _isText = type is StringType;

    protected override void AppendValues(ReadOnlySpan<byte> message, CellLayout part, int start, int count)
    {
        var offsets = part.Buffer(message, 1);
        var bytes = part.Buffer(message, 2);
        for (var i = start; i < start + count; i++)
        {
            var from = BinaryPrimitives.ReadInt32LittleEndian(Part(offsets, 4L * i, 4));
            var to = BinaryPrimitives.ReadInt32LittleEndian(Part(offsets, 4L * (i + 1), 4));
            var value = Part(bytes, from, (long)to - from);
            if (_isText && !Utf8.IsValid(value))
            {
                throw Broken("text that is no UTF-8");
            }

            _bytes.Write(value);
            _offsets.Add(value.Length);
        }
    }

    protected override void AppendEmpty() => _offsets.Add(0);

    protected override ArrayData Finish(ArrowBuffer validity, int nulls) =>
        new(Type, Length, nulls, 0, [validity, _offsets.ToBuffer(), new ArrowBuffer(_bytes.WrittenMemory)]);
}

internal sealed class ListBuilder(ArrowType type, ValueBuilder items) : ValueBuilder(type)
{
    private readonly Offsets _offsets = new();

    protected override void AppendValues(ReadOnlySpan<byte> message, CellLayout part, int start, int count)
    {
        var offsets = part.Buffer(message, 1);
        for (var i = start; i < start + count; i++)
        {
            var from = BinaryPrimitives.ReadInt32LittleEndian(Part(offsets, 4L * i, 4));
            var length = BinaryPrimitives.ReadInt32LittleEndian(Part(offsets, 4L * (i + 1), 4)) - (long)from;
            if (from < 0 || length < 0 || length > message.Length * 8L)
            {
                throw Broken($"a list of {length} items at {from}");
            }

            items.Append(message, part.Children[0], from, (int)length);
            _offsets.Add((int)length);
        }
    }

    protected override void AppendEmpty() => _offsets.Add(0);

    protected override ArrayData Finish(ArrowBuffer validity, int nulls) => new(Type, Length, nulls, 0, [validity, _offsets.ToBuffer()], [items.Finish()]);
}

internal sealed class FixedSizeListBuilder(FixedSizeListType type, ValueBuilder items) : ValueBuilder(type)
{
    protected override void AppendValues(ReadOnlySpan<byte> message, CellLayout part, int start, int count) =>
        items.Append(message, part.Children[0], start * type.ListSize, count * type.ListSize);

    protected override void AppendEmpty()
    {
        for (var i = 0; i < type.ListSize; i++)
        {
            items.AppendNull();
        }
    }

    protected override ArrayData Finish(ArrowBuffer validity, int nulls) => new(Type, Length, nulls, 0, [validity], [items.Finish()]);
}

internal sealed class StructBuilder : ValueBuilder
{
    private readonly ValueBuilder[] _members;

    private StructBuilder(StructType type, ValueBuilder[] members)
        : base(type) => _members = members;

    public static StructBuilder? TryMake(StructType type)
    {
        var members = type.Fields.Select(field => Of(field.DataType)).OfType<ValueBuilder>().ToArray();
        return members.Length == type.Fields.Count ? new StructBuilder(type, members) : null;
    }

    protected override void AppendValues(ReadOnlySpan<byte> message, CellLayout part, int start, int count)
    {
        for (var i = 0; i < _members.Length; i++)
        {
            _members[i].Append(message, part.Children[i], start, count);
        }
    }

    protected override void AppendEmpty()
    {
        foreach (var member in _members)
        {
            member.AppendNull();
        }
    }

    protected override ArrayData Finish(ArrowBuffer validity, int nulls) => new(Type, Length, nulls, 0, [validity], [.. _members.Select(member => member.Finish())]);
}
