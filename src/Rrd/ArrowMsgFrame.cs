namespace Strata.Rrd;

/// <summary>What stands around the payload of a stored message, read without the payload. Source: rrd-format §2.3.</summary>
internal readonly record struct ArrowMsgFrame(Wire.StoreId? StoreId, Tuid? ChunkId, bool IsAlpha)
{
    /// <summary>All fields but the payload fit in here; ids are short, and what is longer is none.</summary>
    private const int WindowBytes = 4 * 1024;

    private const int LengthDelimited = 2;

    public static async ValueTask<ArrowMsgFrame> ReadAsync(IRandomAccessBytes source, long offset, long size, CancellationToken cancellationToken)
    {
        var frame = new ArrowMsgFrame();
        for (var at = 0L; at < size;)
        {
            var window = await source.ReadAsync(offset + at, (int)Math.Min(WindowBytes, size - at), cancellationToken).ConfigureAwait(false);
            at += Read(window.Span, offset + at, size - at, ref frame);
        }
        return frame;
    }

    /// <returns>How far the fields in the window go; the last one may end far behind it.</returns>
    private static long Read(ReadOnlySpan<byte> window, long offset, long left, ref ArrowMsgFrame frame)
    {
        var at = 0;
        while (at < window.Length)
        {
            var start = at;
            if (!ProtobufVarint.TryRead(window, ref at, out var key) || !TryValue(window, key, ref at, out var value))
            {
                return start > 0 ? start : throw Malformed(offset, "a whole field", $"{window.Length} bytes of one");
            }
            var field = (int)(key >> 3);
            if ((key & 7) != LengthDelimited)
            {
                if (field is ArrowMsg.StoreIdField or ArrowMsg.ChunkIdField)
                {
                    throw Malformed(offset + at, "an id as a message", $"wire type {key & 7}");
                }
                continue;
            }
            var end = at + (long)value;
            if (value > (ulong)left || end > left)
            {
                throw Malformed(offset + at, $"a field of at most {left - at} bytes", $"one of {value}");
            }
            if (end > window.Length && field is ArrowMsg.StoreIdField or ArrowMsg.ChunkIdField)
            {
                return start > 0 ? start : throw Malformed(offset, $"ids of at most {WindowBytes} bytes", $"{value}");
            }
            frame = field switch
            {
                ArrowMsg.StoreIdField => frame with { StoreId = WireMessage.Parse(Wire.StoreId.Parser, window[at..(int)end], offset, "a StoreId") },
                ArrowMsg.ChunkIdField when WireMessage.Parse(Wire.Tuid.Parser, window[at..(int)end], offset, "a Tuid") is var id => frame with { ChunkId = new Tuid(id.TimeNs, id.Inc) },
                ArrowMsg.AlphaPayloadField => frame with { IsAlpha = true },
                _ => frame,
            };
            if (end > window.Length)
            {
                return end;
            }
            at = (int)end;
        }
        return at;
    }

    private static bool TryValue(ReadOnlySpan<byte> window, ulong key, ref int at, out ulong value)
    {
        value = 0;
        switch (key & 7)
        {
            case 0 or LengthDelimited:
                return ProtobufVarint.TryRead(window, ref at, out value);
            case 1:
                at += sizeof(ulong);
                return at <= window.Length;
            case 5:
                at += sizeof(uint);
                return at <= window.Length;
            default:
                return false;
        }
    }

    private static RrdFormatException Malformed(long offset, string expected, string found) =>
        new(offset, $"{expected} in a protobuf message", found, "The message is damaged: copy the file again.");
}
