namespace Strata.Rrd;

/// <summary>
/// Whether a file ends where its writer wanted it to: with an End message, and from 0.28 on a trailer behind it. Looks at headers only, so that it may be asked
/// again and again of a file that is still being written. Source: rrd-format §1.3–1.6.
/// </summary>
public static class RecordingEnd
{
    /// <summary>False for what is cut in the middle of a message, for what ends behind one that is not the last, and for what is no recording.</summary>
    public static async ValueTask<bool> IsMarkedAsync(IRandomAccessBytes source, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source);
        var buffer = new byte[StreamFooter.Size];
        return StreamHeader.IsOne((await ReadAsync(source, 0, buffer.AsMemory(0, StreamHeader.Size), cancellationToken).ConfigureAwait(false)).Span)
            && (await EndsWithTrailerAsync(source, buffer, cancellationToken).ConfigureAwait(false) || await EndsWithEndMessageAsync(source, buffer, cancellationToken).ConfigureAwait(false));
    }

    private static async ValueTask<bool> EndsWithTrailerAsync(IRandomAccessBytes source, byte[] buffer, CancellationToken cancellationToken)
    {
        var trailerStart = source.Length - StreamFooter.Size;
        if (trailerStart < StreamHeader.Size + MessageHeader.Size)
        {
            return false;
        }

        var trailer = await ReadAsync(source, trailerStart, buffer, cancellationToken).ConfigureAwait(false);
        if (StreamFooter.EntryCount(trailer.Span[StreamFooter.EntrySize..]) is not 1
            || StreamFooter.ReadEntry(trailer.Span).Length is var length && length > (ulong)(trailerStart - StreamHeader.Size - MessageHeader.Size))
        {
            return false;
        }

        var end = MessageHeader.Read((await ReadAsync(source, trailerStart - (long)length - MessageHeader.Size, buffer.AsMemory(0, MessageHeader.Size), cancellationToken).ConfigureAwait(false)).Span);
        return end.Kind == (ulong)MessageKind.End && end.Length == length;
    }

    /// <summary>Without a trailer only going from message to message tells an End from zeros in the middle of a chunk.</summary>
    private static async ValueTask<bool> EndsWithEndMessageAsync(IRandomAccessBytes source, byte[] buffer, CancellationToken cancellationToken)
    {
        for (var at = (long)StreamHeader.Size; ;)
        {
            var bytes = await ReadAsync(source, at, buffer.AsMemory(0, MessageHeader.Size), cancellationToken).ConfigureAwait(false);
            if (StreamHeader.IsOne(bytes.Span))
            {
                at += StreamHeader.Size;
                continue;
            }

            if (bytes.Length < MessageHeader.Size || MessageHeader.Read(bytes.Span) is var header && header.Length > (ulong)(source.Length - at - MessageHeader.Size))
            {
                return false;
            }

            at += MessageHeader.Size + (long)header.Length;
            if (header.Kind != (ulong)MessageKind.End)
            {
                continue;
            }

            if (at == source.Length)
            {
                return true;
            }

            var behind = await ReadAsync(source, at, buffer, cancellationToken).ConfigureAwait(false);
            if (behind.Length == StreamFooter.Size && StreamFooter.EntryCount(behind.Span[StreamFooter.EntrySize..]) is 1)
            {
                at += StreamFooter.Size;
            }
            else if (!StreamHeader.IsOne(behind.Span))
            {
                return false;
            }
        }
    }

    private static async ValueTask<ReadOnlyMemory<byte>> ReadAsync(IRandomAccessBytes source, long offset, Memory<byte> destination, CancellationToken cancellationToken) =>
        destination[..await source.ReadIntoAsync(offset, destination, cancellationToken).ConfigureAwait(false)];
}
