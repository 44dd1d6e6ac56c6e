using System.Buffers;
using Google.Protobuf;

namespace Strata.Rrd;

/// <summary>The messages of one stream as bytes, which every writer of recordings makes in the same way. Source: rrd-format §1, §2.</summary>
internal sealed class MessageFraming(IBufferWriter<byte> output)
{
    /// <summary>Bytes of the stream so far.</summary>
    public long Position { get; private set; }

    /// <summary>Where the payload of the next message will begin.</summary>
    public long NextPayload => Position + MessageHeader.Size;

    /// <summary>The header of the stream.</summary>
    public void Start(CrateVersion version, bool useLz4)
    {
        new StreamHeader(version, useLz4 ? StreamHeader.Lz4 : (byte)0).Write(output.GetSpan(StreamHeader.Size));
        Advance(StreamHeader.Size);
    }

    /// <summary>A message that is small enough to be made first.</summary>
    public void Message(MessageKind kind, ReadOnlySpan<byte> payload)
    {
        Header(kind, payload.Length);
        Bytes(payload);
    }

    public void Activation(BlueprintActivation activation) => Message(MessageKind.BlueprintActivationCommand, new Wire.BlueprintActivationCommand
    {
        BlueprintId = WireMessage.From(activation.BlueprintId),
        MakeActive = activation.MakeActive,
        MakeDefault = activation.MakeDefault,
    }.ToByteArray());

    /// <summary>The header of a chunk's message, and what stands before its payload. What follows is the payload and <see cref="ArrowMsgEnvelope.Tail"/>.</summary>
    public void ChunkHead(ArrowMsgEnvelope envelope)
    {
        Header(MessageKind.ArrowMsg, envelope.Size);
        Bytes(envelope.Head.Span);
    }

    public void Bytes(ReadOnlySpan<byte> bytes)
    {
        output.Write(bytes);
        Position += bytes.Length;
    }

    /// <summary>Bytes that went into the stream by another way.</summary>
    public void Elsewhere(int count) => Position += count;

    /// <summary>The end of the stream: its footer, and the trailer that tells where that is.</summary>
    public void End(byte[] footer)
    {
        var start = NextPayload;
        Message(MessageKind.End, footer);
        new StreamFooter((ulong)start, (ulong)footer.Length, StreamFooter.ChecksumOf(footer)).Write(output.GetSpan(StreamFooter.Size));
        Advance(StreamFooter.Size);
    }

    private void Header(MessageKind kind, long size)
    {
        new MessageHeader((ulong)kind, (ulong)size).Write(output.GetSpan(MessageHeader.Size));
        Advance(MessageHeader.Size);
    }

    private void Advance(int count)
    {
        output.Advance(count);
        Position += count;
    }
}

/// <summary>What stands around the payload of a chunk's message. The payload may have hundreds of megabytes: it goes into the file as it is, without a copy of the message around it.</summary>
/// <param name="Size">Of the whole message, without its header.</param>
internal sealed record ArrowMsgEnvelope(ReadOnlyMemory<byte> Head, ReadOnlyMemory<byte> Tail, long Size)
{
    public static ArrowMsgEnvelope Of(in ArrowMsg message)
    {
        var (head, tail) = (new ArrayBufferWriter<byte>(), new ArrayBufferWriter<byte>());
        message.WriteHead(head);
        message.WriteTail(tail);
        return new(head.WrittenMemory, tail.WrittenMemory, (long)head.WrittenCount + message.Payload.Length + tail.WrittenCount);
    }
}
