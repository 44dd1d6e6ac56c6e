using System.Buffers;

namespace Strata.Rrd.Editing;

/// <summary>Messages onto a stream. What is small is collected first; payloads go out from where they lie.</summary>
internal sealed class MessageStream
{
    private readonly Stream _stream;
    private readonly ArrayBufferWriter<byte> _buffer = new();

    public MessageStream(Stream stream)
    {
        _stream = stream;
        Framing = new MessageFraming(_buffer);
    }

    /// <summary>Collects what <see cref="FlushAsync"/> writes.</summary>
    public MessageFraming Framing { get; }

    /// <summary>Bytes of the stream, with those that are collected.</summary>
    public long Position => Framing.Position;

    public async ValueTask ChunkAsync(ArrowMsgEnvelope envelope, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        Framing.ChunkHead(envelope);
        await FlushAsync(cancellationToken).ConfigureAwait(false);
        await _stream.WriteAsync(payload, cancellationToken).ConfigureAwait(false);
        Framing.Elsewhere(payload.Length);
        Framing.Bytes(envelope.Tail.Span);
        await FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        await _stream.WriteAsync(_buffer.WrittenMemory, cancellationToken).ConfigureAwait(false);
        _buffer.ResetWrittenCount();
    }
}
