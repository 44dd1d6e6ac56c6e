namespace Strata.Rrd;

/// <summary>A number as protobuf writes it, where the bytes may end before it does.</summary>
internal static class ProtobufVarint
{
    public static bool TryRead(ReadOnlySpan<byte> bytes, ref int at, out ulong value)
    {
        value = 0;
        for (var shift = 0; shift < 64 && at < bytes.Length; shift += 7)
        {
            var next = bytes[at++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return true;
            }
        }
        return false;
    }
}
