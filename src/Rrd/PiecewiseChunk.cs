namespace Strata.Rrd;

/// <summary>
/// Reads a large compressed chunk part by part: its compressed bytes are never all in memory, only those that they decode to. Source: rrd-format §2.3, §3.2.
/// </summary>
internal static class PiecewiseChunk
{
    /// <summary>What stands behind the payload of a message has some thirty bytes; with more it is read as a whole.</summary>
    private const int MaxTailBytes = 1024;

    /// <param name="offset">Of the message, behind its header.</param>
    /// <param name="size">Of the message, in bytes, without its header.</param>
    /// <returns>Null where the message is not laid out as writers do, or ends early: read as a whole, it says what is wrong.</returns>
    /// <exception cref="RrdFormatException">What it decodes to is no chunk.</exception>
    public static async ValueTask<Chunk?> TryReadAsync(IRandomAccessBytes source, long offset, int size, CancellationToken cancellationToken)
    {
        using var part = new ScratchBuffer(source.PartBytes);
        var first = part.Bytes.AsMemory(0, Math.Min(size, source.PartBytes));
        if (await source.ReadIntoAsync(offset, first, cancellationToken).ConfigureAwait(false) < first.Length
            || ArrowMsgPayload.TryFind(first.Span, size) is not { } payload
            || size - payload.End > MaxTailBytes)
        {
            return null;
        }
        var around = new byte[payload.FieldStart + size - payload.End];
        first[..payload.FieldStart].CopyTo(around);
        var tail = around.AsMemory(payload.FieldStart);
        if (await source.ReadIntoAsync(offset + payload.End, tail, cancellationToken).ConfigureAwait(false) < tail.Length
            || ArrowMsg.Read(around, offset) is not { Compression: ArrowMsg.Lz4, Payload.IsEmpty: true } message)
        {
            return null;
        }
        IpcPayload.RequireArrow(message, offset);
        var stream = GC.AllocateUninitializedArray<byte>(IpcPayload.RequireSize(payload.Length, message.Compression, message.UncompressedSize, offset)!.Value);
        return await DecodeAsync(source, offset, payload, first, stream, cancellationToken).ConfigureAwait(false) is { } length
            ? IpcPayload.ReadChunk(stream.AsMemory(0, length), offset, out _)
            : null;
    }

    /// <param name="part">Begins with the message, and is used again for what follows.</param>
    /// <returns>Bytes decoded; null where the source ends before the block does.</returns>
    private static async ValueTask<int?> DecodeAsync(IRandomAccessBytes source, long offset, ArrowMsgPayload payload, Memory<byte> part, byte[] stream, CancellationToken cancellationToken)
    {
        ScratchBuffer? larger = null;
        try
        {
            var at = payload.Start;
            var here = part[payload.Start..Math.Min(part.Length, payload.End)];
            var position = Lz4BlockPosition.Start;
            while (true)
            {
                var isLast = at + here.Length == payload.End;
                var used = DecodePart(here.Span, isLast, stream, ref position, offset + at - payload.Start);
                if (isLast)
                {
                    return position.Decoded;
                }
                (at, here) = (at + used, here[used..]);

                // The length of a match may be longer than a part, where a block repeats one byte for dozens of megabytes.
                var room = part;
                if (here.Length > part.Length / 2)
                {
                    var wider = new ScratchBuffer((int)Math.Min(2L * part.Length, payload.End - at));
                    room = wider.Bytes;
                    here.CopyTo(room);
                    larger?.Dispose();
                    (larger, part) = (wider, room);
                }
                else
                {
                    here.CopyTo(room);
                }
                var next = room.Slice(here.Length, Math.Min(room.Length - here.Length, payload.End - at - here.Length));
                if (await source.ReadIntoAsync(offset + at + here.Length, next, cancellationToken).ConfigureAwait(false) < next.Length)
                {
                    return null;
                }
                here = room[..(here.Length + next.Length)];
            }
        }
        finally
        {
            larger?.Dispose();
        }
    }

    private static int DecodePart(ReadOnlySpan<byte> part, bool isLast, Span<byte> stream, ref Lz4BlockPosition position, long offset)
    {
        try
        {
            return Lz4BlockDecoder.DecodePart(part, isLast, stream, ref position);
        }
        catch (RrdFormatException e)
        {
            throw new RrdFormatException(offset + e.Offset, e.Expected, e.Found, e.WhatToDo, e);
        }
    }
}
