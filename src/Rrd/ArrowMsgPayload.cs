namespace Strata.Rrd;

/// <summary>Where the payload lies in a message that carries a chunk. Source: rrd-format §2.3.</summary>
/// <param name="FieldStart">Where its field begins, in bytes from the start of the message.</param>
/// <param name="Start">Where its bytes begin.</param>
/// <param name="Length">How many they are.</param>
internal readonly record struct ArrowMsgPayload(int FieldStart, int Start, int Length)
{
    public int End => Start + Length;

    /// <param name="head">The first bytes of the message.</param>
    /// <param name="size">Of the message, in bytes.</param>
    /// <returns>Null where it does not begin within <paramref name="head"/>, or not in a way that writers have.</returns>
    public static ArrowMsgPayload? TryFind(ReadOnlySpan<byte> head, int size)
    {
        var at = 0;
        while (at < head.Length)
        {
            var start = at;
            if (!ProtobufVarint.TryRead(head, ref at, out var key) || !ProtobufVarint.TryRead(head, ref at, out var value))
            {
                return null;
            }
            switch (key & 7)
            {
                case 0:
                    break;
                case 2 when value <= (ulong)(size - at):
                    if (key >> 3 == ArrowMsg.PayloadField)
                    {
                        return new(start, at, (int)value);
                    }
                    at += (int)value;
                    break;
                default:
                    return null;
            }
        }
        return null;
    }
}
