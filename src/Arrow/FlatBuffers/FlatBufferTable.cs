using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;

namespace Strata.Arrow.FlatBuffers;

/// <summary>
/// A table in a FlatBuffer; every access checks its offset against the buffer before it reads. Slots are numbered as in the schema files. Source: rrd-format Appendix A.
/// </summary>
internal readonly ref struct FlatBufferTable
{
    private readonly ReadOnlySpan<byte> _buffer;
    private readonly FlatBufferBudget _budget;
    private readonly long _origin;
    private readonly int _table;
    private readonly int _vtable;
    private readonly int _vtableBytes;
    private readonly int _depth;

    private FlatBufferTable(ReadOnlySpan<byte> buffer, FlatBufferBudget budget, long origin, int table, int depth)
    {
        budget.Visit(origin + table, depth);
        _buffer = buffer;
        _budget = budget;
        _origin = origin;
        _table = table;
        _depth = depth;
        Require(table, 4);
        long vtable = (long)table - BinaryPrimitives.ReadInt32LittleEndian(buffer[table..]);
        if (vtable < 0 || vtable + 4 > buffer.Length)
            throw Fault(table, $"a vtable within {buffer.Length} bytes", $"one at {vtable}");
        _vtable = (int)vtable;
        _vtableBytes = BinaryPrimitives.ReadUInt16LittleEndian(buffer[_vtable..]);
        if (_vtableBytes < 4 || (_vtableBytes & 1) != 0 || _vtable + _vtableBytes > buffer.Length)
            throw Fault(_vtable, "a vtable of even size within the message", $"{_vtableBytes} bytes");
    }

    /// <summary>Where the table starts, in the memory that is read.</summary>
    public long Offset => _origin + _table;

    /// <param name="buffer">The FlatBuffer, without framing.</param>
    /// <param name="origin">Where it starts in the memory that is read; for errors.</param>
    /// <param name="budget">Shared by all tables of the message.</param>
    public static FlatBufferTable Root(ReadOnlySpan<byte> buffer, long origin, FlatBufferBudget budget)
    {
        if (buffer.Length < 8)
            throw new ArrowFormatException(origin, "a FlatBuffers message", $"{buffer.Length} bytes");
        uint root = BinaryPrimitives.ReadUInt32LittleEndian(buffer);
        if (root > buffer.Length - 4)
            throw new ArrowFormatException(origin, $"a root table within {buffer.Length} bytes", $"one at {root}");
        return new FlatBufferTable(buffer, budget, origin, (int)root, 1);
    }

    public bool Has(int slot) => FieldAt(slot) != 0;

    public byte Byte(int slot, byte absent = 0) => At(slot, 1) is var p and not 0 ? _buffer[p] : absent;

    public bool Bool(int slot) => Byte(slot) != 0;

    public short Int16(int slot, short absent = 0) => At(slot, 2) is var p and not 0 ? BinaryPrimitives.ReadInt16LittleEndian(_buffer[p..]) : absent;

    public int Int32(int slot, int absent = 0) => At(slot, 4) is var p and not 0 ? BinaryPrimitives.ReadInt32LittleEndian(_buffer[p..]) : absent;

    public long Int64(int slot, long absent = 0) => At(slot, 8) is var p and not 0 ? BinaryPrimitives.ReadInt64LittleEndian(_buffer[p..]) : absent;

    /// <summary>The table in <paramref name="slot"/>.</summary>
    /// <exception cref="ArrowFormatException">The slot is absent.</exception>
    public FlatBufferTable Table(int slot, string what)
    {
        int at = At(slot, 4);
        return at != 0 ? new FlatBufferTable(_buffer, _budget, _origin, Follow(at), _depth + 1) : throw Fault(_table, what, "nothing");
    }

    /// <summary>Elements of <paramref name="elementBytes"/> bytes each; empty when the slot is absent.</summary>
    public ReadOnlySpan<byte> Vector(int slot, int elementBytes, out int count)
    {
        (int start, count) = VectorAt(slot, elementBytes);
        return _buffer.Slice(start, count * elementBytes);
    }

    public int TableCount(int slot) => VectorAt(slot, 4).Count;

    public FlatBufferTable TableInVector(int slot, int index)
    {
        (int start, int count) = VectorAt(slot, 4);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, count);
        return new FlatBufferTable(_buffer, _budget, _origin, Follow(start + 4 * index), _depth + 1);
    }

    /// <summary>Strict UTF-8, terminated by NUL as FlatBuffers demands; null when the slot is absent.</summary>
    public string? String(int slot, int maxBytes, string what)
    {
        int at = At(slot, 4);
        if (at == 0)
            return null;
        int start = Follow(at);
        Require(start, 4);
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(_buffer[start..]);
        if (length > maxBytes)
            throw Fault(start, $"{what} of at most {maxBytes} bytes", $"{length} bytes");
        Require(start + 4, (int)length + 1);
        _budget.ReadText(_origin + start, (int)length);
        ReadOnlySpan<byte> text = _buffer.Slice(start + 4, (int)length);
        if (_buffer[start + 4 + (int)length] != 0)
            throw Fault(start, $"{what} terminated by NUL", "no NUL after its bytes");
        if (!Utf8.IsValid(text))
            throw Fault(start, $"{what} in UTF-8", "other bytes");
        return Encoding.UTF8.GetString(text);
    }

    public ArrowFormatException Fault(string expected, string found) => Fault(_table, expected, found);

    private ArrowFormatException Fault(int at, string expected, string found) => new(_origin + at, expected, found);

    private (int Start, int Count) VectorAt(int slot, int elementBytes)
    {
        int at = At(slot, 4);
        if (at == 0)
            return (0, 0);
        int start = Follow(at);
        Require(start, 4);
        uint count = BinaryPrimitives.ReadUInt32LittleEndian(_buffer[start..]);
        if (count * (long)elementBytes > _buffer.Length - start - 4)
            throw Fault(start, $"a vector within the {_buffer.Length} bytes of the message", $"{count} elements of {elementBytes} bytes");
        return (start + 4, (int)count);
    }

    private int FieldAt(int slot)
    {
        int entry = 4 + 2 * slot;
        return entry + 2 > _vtableBytes ? 0 : BinaryPrimitives.ReadUInt16LittleEndian(_buffer[(_vtable + entry)..]);
    }

    private int At(int slot, int bytes)
    {
        int field = FieldAt(slot);
        if (field == 0)
            return 0;
        Require(_table + field, bytes);
        return _table + field;
    }

    private int Follow(int at)
    {
        uint offset = BinaryPrimitives.ReadUInt32LittleEndian(_buffer[at..]);
        long target = (long)at + offset;
        if (offset == 0 || target > _buffer.Length - 4)
            throw Fault(at, $"an offset within the {_buffer.Length} bytes of the message", $"{offset}");
        return (int)target;
    }

    private void Require(int at, int bytes)
    {
        if (bytes > _buffer.Length - at)
            throw Fault(at, $"{bytes} bytes", $"the message's end after {_buffer.Length - at}");
    }
}
