namespace Strata.Rrd.Tests.Hostile;

/// <summary>Where the numbers and lengths of a protobuf message lie, whatever the message is: what reads as a message inside of it is searched too.</summary>
internal static class ProtobufVarints
{
    private const int MaxDepth = 5;

    public static IReadOnlyList<(int Start, int End)> Of(byte[] message)
    {
        var found = new List<(int, int)>();
        TryRead(message, 0, message.Length, MaxDepth, found);
        return found;
    }

    public static byte[] Write(ulong value)
    {
        var bytes = new List<byte>();
        for (; value > 0x7F; value >>= 7)
        {
            bytes.Add((byte)(value | 0x80));
        }
        bytes.Add((byte)value);
        return [.. bytes];
    }

    private static bool TryRead(byte[] bytes, int at, int end, int depth, List<(int, int)> found)
    {
        while (at < end)
        {
            if (!TryVarint(bytes, ref at, end, out var key, out _) || key >> 3 == 0)
            {
                return false;
            }
            switch (key & 7)
            {
                case 0 when TryVarint(bytes, ref at, end, out _, out var number):
                    found.Add(number);
                    break;
                case 1 when at + sizeof(ulong) <= end:
                    at += sizeof(ulong);
                    break;
                case 2 when TryVarint(bytes, ref at, end, out var length, out var place) && length <= (ulong)(end - at):
                    found.Add(place);
                    var inner = new List<(int, int)>();
                    if (depth > 0 && TryRead(bytes, at, at + (int)length, depth - 1, inner))
                    {
                        found.AddRange(inner);
                    }
                    at += (int)length;
                    break;
                default:
                    return false;
            }
        }
        return true;
    }

    private static bool TryVarint(byte[] bytes, ref int at, int end, out ulong value, out (int Start, int End) place)
    {
        value = 0;
        place = (at, at);
        for (var shift = 0; shift < 64 && at < end; shift += 7)
        {
            var next = bytes[at++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                place.End = at;
                return true;
            }
        }
        return false;
    }
}
