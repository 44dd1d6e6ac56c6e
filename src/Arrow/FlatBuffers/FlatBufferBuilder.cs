using System.Buffers.Binary;
using System.Text;

namespace Strata.Arrow.FlatBuffers;

/// <summary>
/// Builds a FlatBuffer from its end towards its start, byte for byte as flatbuffers-rs does when arrow-rs drives it: schema hashes are taken over these bytes.
/// Positions are distances from the end. Source: rrd-format Appendix B.
/// </summary>
internal sealed class FlatBufferBuilder
{
    private const int MaxSlots = 8;

    private readonly List<int> _vtables = [];
    private readonly int[] _slots = new int[MaxSlots];
    private byte[] _bytes = new byte[1024];
    private int _used;
    private int _minAlign = 1;
    private int _tableTail;
    private int _slotCount;

    public int String(string text)
    {
        int length = Encoding.UTF8.GetByteCount(text);
        Align(length + 1, 4);
        Push((byte)0);
        Encoding.UTF8.GetBytes(text, Prepend(length));
        return Push(length);
    }

    public int OffsetVector(ReadOnlySpan<int> targets)
    {
        Align(4 * targets.Length, 4);
        for (int k = targets.Length - 1; k >= 0; k--)
            PushOffset(targets[k]);
        return Push(targets.Length);
    }

    public int Int32Vector(IReadOnlyList<int> values)
    {
        Align(4 * values.Count, 4);
        for (int k = values.Count - 1; k >= 0; k--)
            Push(values[k]);
        return Push(values.Count);
    }

    /// <summary>A vector of 64-bit numbers, or of structs of such: <paramref name="perElement"/> numbers an element.</summary>
    public int Int64Vector(ReadOnlySpan<long> numbers, int perElement)
    {
        Align(8 * numbers.Length, 8);
        for (int k = numbers.Length - 1; k >= 0; k--)
            BinaryPrimitives.WriteInt64LittleEndian(Prepend(8), numbers[k]);
        return Push(numbers.Length / perElement);
    }

    public void StartTable()
    {
        _tableTail = _used;
        _slotCount = 0;
        _slots.AsSpan().Clear();
    }

    public void Byte(int slot, byte value, byte absent)
    {
        if (value != absent)
            Note(slot, Push(value));
    }

    public void Bool(int slot, bool value) => Byte(slot, value ? (byte)1 : (byte)0, 0);

    public void Int16(int slot, short value, short absent)
    {
        if (value == absent)
            return;
        Align(2, 2);
        BinaryPrimitives.WriteInt16LittleEndian(Prepend(2), value);
        Note(slot, _used);
    }

    public void Int32(int slot, int value, int absent)
    {
        if (value != absent)
            Note(slot, Push(value));
    }

    public void Int64(int slot, long value, long absent)
    {
        if (value == absent)
            return;
        Align(8, 8);
        BinaryPrimitives.WriteInt64LittleEndian(Prepend(8), value);
        Note(slot, _used);
    }

    public void Offset(int slot, int target) => Note(slot, PushOffset(target));

    public int EndTable()
    {
        int table = Push(0);
        Span<byte> vtable = stackalloc byte[4 + 2 * MaxSlots];
        int vtableBytes = 4 + 2 * _slotCount;
        vtable = vtable[..vtableBytes];
        BinaryPrimitives.WriteUInt16LittleEndian(vtable, (ushort)vtableBytes);
        BinaryPrimitives.WriteUInt16LittleEndian(vtable[2..], (ushort)(table - _tableTail));
        for (int k = 0; k < _slotCount; k++)
            BinaryPrimitives.WriteUInt16LittleEndian(vtable[(4 + 2 * k)..], (ushort)(_slots[k] == 0 ? 0 : table - _slots[k]));
        int at = FindVtable(vtable);
        if (at < 0)
        {
            vtable.CopyTo(Prepend(vtableBytes));
            at = _used;
            _vtables.Add(at);
        }

        BinaryPrimitives.WriteInt32LittleEndian(_bytes.AsSpan(_bytes.Length - table), at - table);
        return table;
    }

    /// <summary>Writes the root offset; the result is valid until the next call.</summary>
    public ReadOnlySpan<byte> Finish(int root)
    {
        Align(4, Math.Max(_minAlign, 4));
        PushOffset(root);
        return _bytes.AsSpan(_bytes.Length - _used);
    }

    private int FindVtable(ReadOnlySpan<byte> wanted)
    {
        foreach (int at in _vtables)
        {
            Span<byte> there = _bytes.AsSpan(_bytes.Length - at);
            if (BinaryPrimitives.ReadUInt16LittleEndian(there) == wanted.Length && there[..wanted.Length].SequenceEqual(wanted))
                return at;
        }

        return -1;
    }

    private void Note(int slot, int position)
    {
        _slots[slot] = position;
        _slotCount = Math.Max(_slotCount, slot + 1);
    }

    private int Push(byte value)
    {
        Prepend(1)[0] = value;
        return _used;
    }

    private int Push(int value)
    {
        Align(4, 4);
        BinaryPrimitives.WriteInt32LittleEndian(Prepend(4), value);
        return _used;
    }

    private int PushOffset(int target)
    {
        Align(4, 4);
        int value = _used + 4 - target;
        BinaryPrimitives.WriteInt32LittleEndian(Prepend(4), value);
        return _used;
    }

    private void Align(int length, int alignment)
    {
        _minAlign = Math.Max(_minAlign, alignment);
        int padding = (alignment - (_used + length) % alignment) % alignment;
        Prepend(padding).Clear();
    }

    private Span<byte> Prepend(int count)
    {
        if (_used + count > _bytes.Length)
        {
            var larger = new byte[Math.Max(2 * _bytes.Length, _used + count)];
            _bytes.AsSpan(_bytes.Length - _used).CopyTo(larger.AsSpan(larger.Length - _used));
            _bytes = larger;
        }

        _used += count;
        return _bytes.AsSpan(_bytes.Length - _used, count);
    }
}
