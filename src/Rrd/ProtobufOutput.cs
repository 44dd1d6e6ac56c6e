using System.Buffers;

namespace Strata.Rrd;

/// <summary>Writes protobuf fields straight into a buffer, without building the message first.</summary>
internal readonly struct ProtobufOutput(IBufferWriter<byte> destination)
{
    private const int MaxVarintBytes = 10;

    public void Integer(int field, ulong value)
    {
        Varint((uint)field << 3);
        Varint(value);
    }

    public void Bytes(int field, ReadOnlySpan<byte> value)
    {
        BytesHead(field, value.Length);
        destination.Write(value);
    }

    /// <summary>What stands before bytes that the caller writes.</summary>
    public void BytesHead(int field, int length)
    {
        Varint(((uint)field << 3) | 2);
        Varint((uint)length);
    }

    private void Varint(ulong value)
    {
        var span = destination.GetSpan(MaxVarintBytes);
        var length = 0;
        for (; value >= 0x80; value >>= 7)
        {
            span[length++] = (byte)(value | 0x80);
        }
        span[length++] = (byte)value;
        destination.Advance(length);
    }
}
