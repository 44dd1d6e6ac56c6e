namespace Strata.Rrd;

/// <summary>
/// Reads the messages of one or more concatenated streams in order and keeps what is whole of a damaged file.
/// Source: rrd-format §1.3–1.6, §10.1.
/// </summary>
internal sealed class FrameReader(ByteCursor cursor, FindingList findings)
{
    private StreamHeader _header;
    private long _streamStart;
    private bool _afterEnd;

    /// <summary>Number of streams seen so far.</summary>
    public int StreamCount { get; private set; }

    /// <summary>Header of the stream that is being read.</summary>
    public StreamHeader Header => _header;

    /// <summary>Continues inside a stream whose header was read elsewhere.</summary>
    public void Resume(StreamHeader header, long streamStart)
    {
        _header = header;
        _streamStart = streamStart;
        StreamCount = 1;
    }

    /// <summary>The next message, or null at the end of everything that is whole.</summary>
    /// <exception cref="RrdFormatException">The first header is none of a supported recording.</exception>
    public async ValueTask<RrdFrame?> NextAsync(CancellationToken cancellationToken)
    {
        if (StreamCount == 0)
        {
            await TakeHeaderAsync(cancellationToken).ConfigureAwait(false);
        }
        while (true)
        {
            if (_afterEnd && !await EnterNextStreamAsync(cancellationToken).ConfigureAwait(false))
            {
                return null;
            }
            var bytes = await cursor.PeekAsync(MessageHeader.Size, cancellationToken).ConfigureAwait(false);
            if (bytes.IsEmpty)
            {
                return null;
            }
            if (StreamHeader.IsOne(bytes.Span))
            {
                await TakeHeaderAsync(cancellationToken).ConfigureAwait(false);
                continue;
            }
            if (bytes.Length < MessageHeader.Size)
            {
                findings.Add(cursor.Position, RrdRules.Truncated, $"expected a message header of 16 bytes, found {bytes.Length} bytes and the end of the file");
                return null;
            }
            var header = MessageHeader.Read(bytes.Span);
            if (!IsPlausible(header))
            {
                return null;
            }
            var frame = await TakeMessageAsync(header, cancellationToken).ConfigureAwait(false);
            if (frame is null || header.IsKnown)
            {
                return frame;
            }
            findings.Add(frame.Value.Offset - MessageHeader.Size, RrdRules.UnknownKind, $"skipped a message of the unknown kind {header.Kind} with {header.Length} bytes");
        }
    }

    private bool IsPlausible(MessageHeader header)
    {
        if (!header.IsKnown && (header.Kind >= RrdLimits.MaxSkippableKind || (cursor.Remaining is { } remaining && header.Length > (ulong)(remaining - MessageHeader.Size))))
        {
            findings.Add(cursor.Position, RrdRules.Garbage, $"expected a message or a stream header, found the kind {header.Kind}; what follows is lost");
            return false;
        }
        if (header.Length > RrdLimits.MaxMessageBytes)
        {
            findings.Add(cursor.Position, RrdRules.Garbage, $"expected a message of at most {RrdLimits.MaxMessageBytes} bytes, found one of {header.Length}; what follows is lost");
            return false;
        }
        return true;
    }

    private async ValueTask<RrdFrame?> TakeMessageAsync(MessageHeader header, CancellationToken cancellationToken)
    {
        var start = cursor.Position;
        var length = (int)header.Length;
        if (cursor.Remaining is { } remaining && length > remaining - MessageHeader.Size)
        {
            Truncated(start, length, remaining - MessageHeader.Size);
            return null;
        }
        await cursor.TakeAsync(MessageHeader.Size, cancellationToken).ConfigureAwait(false);
        var payload = await cursor.TakeAsync(length, cancellationToken).ConfigureAwait(false);
        if (payload.Length < length)
        {
            Truncated(start, length, payload.Length);
            return null;
        }
        _afterEnd = header.Kind == (ulong)MessageKind.End;
        return new RrdFrame(_header, _streamStart, (MessageKind)header.Kind, start + MessageHeader.Size, payload);
    }

    private void Truncated(long offset, int expected, long found) =>
        findings.Add(offset, RrdRules.Truncated, $"expected a message of {expected} bytes, found {found} bytes and the end of the file; this message is lost");

    private async ValueTask TakeHeaderAsync(CancellationToken cancellationToken)
    {
        var start = cursor.Position;
        var bytes = await cursor.TakeAsync(StreamHeader.Size, cancellationToken).ConfigureAwait(false);
        _header = StreamHeader.Read(bytes.Span, start);
        _streamStart = start;
        _afterEnd = false;
        StreamCount++;
        if (StreamCount > 1)
        {
            findings.Add(start, RrdRules.Concatenated, $"stream {StreamCount} starts here: files were concatenated, so that their footers cannot be used");
        }
        if (_header.Version.IsNewerThanKnown)
        {
            findings.Add(start, RrdRules.NewerVersion, $"written by Rerun {_header.Version}; the newest version known here is {CrateVersion.NewestKnown}");
        }
    }

    // Behind an End message comes a trailer (from 0.28 on), or at once the end or another stream.
    private async ValueTask<bool> EnterNextStreamAsync(CancellationToken cancellationToken)
    {
        _afterEnd = false;
        var start = cursor.Position;
        var bytes = await cursor.PeekAsync(StreamFooter.Size, cancellationToken).ConfigureAwait(false);
        if (bytes.IsEmpty)
        {
            return false;
        }
        if (StreamHeader.IsOne(bytes.Span))
        {
            await TakeHeaderAsync(cancellationToken).ConfigureAwait(false);
            return true;
        }
        if (!await TakeTrailerAsync(cancellationToken).ConfigureAwait(false))
        {
            findings.Add(start, RrdRules.TrailingBytes, "expected a trailer or a stream header behind the End message, found neither; what follows is lost");
            return false;
        }
        bytes = await cursor.PeekAsync(StreamHeader.Size, cancellationToken).ConfigureAwait(false);
        if (StreamHeader.IsOne(bytes.Span))
        {
            await TakeHeaderAsync(cancellationToken).ConfigureAwait(false);
            return true;
        }
        if (!bytes.IsEmpty)
        {
            findings.Add(cursor.Position, RrdRules.TrailingBytes, "expected the end or a stream header behind the trailer, found other bytes; what follows is lost");
        }
        return false;
    }

    private async ValueTask<bool> TakeTrailerAsync(CancellationToken cancellationToken)
    {
        for (var entries = 0; entries <= RrdLimits.MaxTrailerEntries; entries++)
        {
            var size = (entries * StreamFooter.EntrySize) + StreamFooter.TailSize;
            var bytes = await cursor.PeekAsync(size, cancellationToken).ConfigureAwait(false);
            if (bytes.Length < size)
            {
                return false;
            }
            if (StreamFooter.EntryCount(bytes.Span[^StreamFooter.TailSize..]) == entries)
            {
                await cursor.TakeAsync(size, cancellationToken).ConfigureAwait(false);
                return true;
            }
        }
        return false;
    }
}
