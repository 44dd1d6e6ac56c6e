using System.Runtime.CompilerServices;

namespace Strata.Rrd.Editing;

/// <summary>
/// Finds every message of a damaged file that is still whole: behind a message that cannot be read it goes on at the next place where one can. Source: rrd-format §1.3, §10.1.
/// </summary>
internal sealed class SalvageReader(IRandomAccessBytes source, FindingList findings)
{
    // Bytes are searched in windows of this size.
    private const int WindowBytes = 64 * 1024;

    private readonly SalvagedMessages _messages = new(findings);
    private readonly List<LostRange> _lost = [];
    private StreamHeader _header = new(WriterProfile.V1.Version, StreamHeader.Lz4);
    private long _wastedBytes;
    private int _falseCandidates;

    /// <summary>In the order of the file.</summary>
    public IReadOnlyList<LostRange> Lost => _lost;

    public long LostBytes { get; private set; }

    public long Position { get; private set; }

    public async IAsyncEnumerable<RecordingMessage> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (Position < source.Length)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var head = await source.ReadAsync(Position, StreamFooter.Size, cancellationToken).ConfigureAwait(false);
            if (FrameBytes(head.Span) is { } known)
            {
                Position += known;
                continue;
            }
            var attempt = await TryMessageAsync(Position, head, cancellationToken).ConfigureAwait(false);
            if (attempt.Fault is null)
            {
                Position += attempt.Size;
                if (attempt.Message is { } message)
                {
                    yield return message;
                }
                continue;
            }
            // A message whose payload is damaged ends where its length says, if another one begins there.
            var next = attempt.Size > 0 && await IsBoundaryAsync(Position + attempt.Size, cancellationToken).ConfigureAwait(false)
                ? Position + attempt.Size
                : await FindNextAsync(Position + 1, cancellationToken).ConfigureAwait(false);
            Lose(Position, next - Position, attempt.Fault);
            Position = next;
        }
    }

    private void Lose(long offset, long length, string reason)
    {
        LostBytes += length;
        if (_lost.Count < RrdLimits.MaxFindings)
        {
            _lost.Add(new LostRange(offset, length, reason.Length <= RrdLimits.MaxFindingChars ? reason : reason[..RrdLimits.MaxFindingChars]));
        }
    }

    // Bytes of a stream header or a trailer, which carry nothing themselves.
    private int? FrameBytes(ReadOnlySpan<byte> head)
    {
        if (StreamHeader.IsOne(head))
        {
            _header = StreamHeader.Read(head, Position);
            return StreamHeader.Size;
        }
        return IsTrailer(head) ? StreamFooter.Size : null;
    }

    private static bool IsTrailer(ReadOnlySpan<byte> head) => head.Length >= StreamFooter.Size && StreamFooter.EntryCount(head.Slice(StreamFooter.EntrySize, StreamFooter.TailSize)) == 1;

    /// <summary>Size 0: not even a length that fits.</summary>
    private readonly record struct Attempt(long Size, RecordingMessage? Message, string? Fault);

    private async ValueTask<Attempt> TryMessageAsync(long offset, ReadOnlyMemory<byte> head, CancellationToken cancellationToken)
    {
        if (head.Length < MessageHeader.Size)
        {
            return new Attempt(0, null, $"{head.Length} bytes at the end, which are no message");
        }
        var header = MessageHeader.Read(head.Span);
        if (!header.IsKnown)
        {
            return new Attempt(0, null, $"no message: kind {header.Kind}");
        }
        if (header.Length > RrdLimits.MaxMessageBytes || (long)header.Length > source.Length - offset - MessageHeader.Size)
        {
            return new Attempt(0, null, $"a message ({(MessageKind)header.Kind}) of {header.Length} bytes, of which {source.Length - offset - MessageHeader.Size} are there");
        }
        var size = MessageHeader.Size + (long)header.Length;
        var payload = await source.ReadAsync(offset + MessageHeader.Size, (int)header.Length, cancellationToken).ConfigureAwait(false);
        try
        {
            var message = _messages.Interpret(new RrdFrame(_header, 0, (MessageKind)header.Kind, offset + MessageHeader.Size, payload));
            return header.Kind != (ulong)MessageKind.End || await IsEndAsync(offset + size, cancellationToken).ConfigureAwait(false)
                ? new Attempt(size, message, null)
                : new Attempt(size, null, "an End message in the middle of the file");
        }
        catch (RrdFormatException e)
        {
            return new Attempt(size, null, $"a message ({(MessageKind)header.Kind}) of {header.Length} bytes that cannot be read: expected {e.Expected}, found {e.Found}");
        }
    }

    // Zeros would be an End message without a footer: it is one only where something ends.
    private async ValueTask<bool> IsEndAsync(long offset, CancellationToken cancellationToken)
    {
        if (offset == source.Length)
        {
            return true;
        }
        var head = await source.ReadAsync(offset, StreamFooter.Size, cancellationToken).ConfigureAwait(false);
        return StreamHeader.IsOne(head.Span) || IsTrailer(head.Span);
    }

    private async ValueTask<bool> IsBoundaryAsync(long offset, CancellationToken cancellationToken)
    {
        if (await IsEndAsync(offset, cancellationToken).ConfigureAwait(false))
        {
            return true;
        }
        var head = await source.ReadAsync(offset, MessageHeader.Size, cancellationToken).ConfigureAwait(false);
        return head.Length == MessageHeader.Size
            && MessageHeader.Read(head.Span) is { IsKnown: true } header
            && header.Length <= (ulong)(source.Length - offset - MessageHeader.Size)
            && (header.Kind != (ulong)MessageKind.End || await IsEndAsync(offset + MessageHeader.Size + (long)header.Length, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>The first place from there on where a whole message or a stream begins; the end of the file where there is none.</summary>
    public async ValueTask<long> FindNextAsync(long from, CancellationToken cancellationToken)
    {
        for (var at = from; at < source.Length;)
        {
            var window = await source.ReadAsync(at, (int)Math.Min(WindowBytes + MessageCandidate.Bytes, source.Length - at), cancellationToken).ConfigureAwait(false);
            var isLast = at + window.Length >= source.Length;
            for (var i = MessageCandidate.Next(window.Span, 0); i >= 0 && (isLast || i < WindowBytes); i = MessageCandidate.Next(window.Span, i + 1))
            {
                if (await IsWholeAsync(at + i, cancellationToken).ConfigureAwait(false))
                {
                    return at + i;
                }
                if (_falseCandidates > RrdLimits.MaxFalseCandidates || _wastedBytes > RrdLimits.MaxWastedTimesFile * source.Length)
                {
                    return source.Length;
                }
            }
            at += isLast ? window.Length : WindowBytes;
        }
        return source.Length;
    }

    private async ValueTask<bool> IsWholeAsync(long offset, CancellationToken cancellationToken)
    {
        var head = await source.ReadAsync(offset, StreamFooter.Size, cancellationToken).ConfigureAwait(false);
        if (StreamHeader.IsOne(head.Span))
        {
            return true;
        }
        var attempt = await TryMessageAsync(offset, head, cancellationToken).ConfigureAwait(false);
        if (attempt.Fault is not null)
        {
            _falseCandidates++;
            _wastedBytes += attempt.Size;
            return false;
        }
        return true;
    }
}
