using System.Buffers.Binary;
using Strata.Arrow.FlatBuffers;

namespace Strata.Arrow.Ipc;

/// <summary>One framed message: its FlatBuffer and its body, both in the memory that is read.</summary>
internal readonly struct IpcMessage(ReadOnlyMemory<byte> metadata, long metadataOffset, ReadOnlyMemory<byte> body, long bodyOffset, short version)
{
    public ReadOnlySpan<byte> Metadata => metadata.Span;

    public ReadOnlyMemory<byte> Body { get; } = body;

    public long BodyOffset { get; } = bodyOffset;

    public short Version { get; } = version;

    public FlatBufferTable Table() => FlatBufferTable.Root(metadata.Span, metadataOffset, new FlatBufferBudget(metadata.Length));

    public void RequireHeader(FlatBufferTable table, MessageHeader wanted)
    {
        var found = (MessageHeader)table.Byte(MessageSlots.HeaderType);
        if (found != wanted)
            throw new ArrowFormatException(metadataOffset, $"a message of kind {wanted}", $"kind {found}");
    }
}

/// <summary>The framing of a stream. Source: rrd-format §3.3.</summary>
/// <param name="stream">The stream, or some whole messages of it.</param>
/// <param name="offset">Where these bytes begin in the stream.</param>
internal sealed class IpcMessages(ReadOnlyMemory<byte> stream, long offset = 0)
{
    public static ReadOnlySpan<byte> FileMagic => "ARROW1"u8;

    private bool _ended;

    /// <summary>In these bytes.</summary>
    public int Position { get; private set; }

    /// <summary>In the stream.</summary>
    public long Offset => offset + Position;

    /// <summary>False at the end of the stream, marked or not.</summary>
    public bool TryRead(out IpcMessage message)
    {
        message = default;
        int metadataBytes = _ended ? 0 : ReadPrefix();
        if (metadataBytes == 0)
        {
            _ended = true;
            return false;
        }

        long metadataAt = Offset;
        ReadOnlyMemory<byte> metadata = stream.Slice(Position, metadataBytes);
        Position += metadataBytes;
        FlatBufferTable table = FlatBufferTable.Root(metadata.Span, metadataAt, new FlatBufferBudget(metadata.Length));
        short version = table.Int16(MessageSlots.Version);
        if (version is not (MetadataVersion.V4 or MetadataVersion.V5))
            throw table.Fault("metadata version V4 or V5", $"V{version + 1}");
        long bodyBytes = table.Int64(MessageSlots.BodyLength);
        if (bodyBytes < 0 || bodyBytes > stream.Length - Position)
            throw table.Fault($"a body of 0 to {stream.Length - Position} bytes (what is left)", $"{bodyBytes}");
        message = new IpcMessage(metadata, metadataAt, stream.Slice(Position, (int)bodyBytes), Offset, version);
        Position += (int)bodyBytes;
        return true;
    }

    /// <summary>Length of the next message's metadata; 0 at the end.</summary>
    private int ReadPrefix()
    {
        ReadOnlySpan<byte> rest = stream.Span[Position..];
        if (rest.IsEmpty)
            return 0;
        if (Offset == 0 && rest.StartsWith(FileMagic))
            throw IsFile();
        int length = ReadInt32(rest);
        int prefix = 4;
        if (unchecked((uint)length) == IpcFraming.Continuation)
        {
            length = ReadInt32(rest[4..]);
            prefix = IpcFraming.PrefixBytes;
        }

        if (length < 0 || length > rest.Length - prefix)
            throw new ArrowFormatException(Offset, $"a message of 0 to {rest.Length - prefix} metadata bytes (what is left)", $"{length}");
        Position += prefix;
        return length;
    }

    public static ArrowFormatException IsFile() => new(0, "an Arrow IPC stream", "an Arrow file (magic ARROW1); write it with a stream writer instead");

    private int ReadInt32(ReadOnlySpan<byte> rest) =>
        rest.Length >= 4
            ? BinaryPrimitives.ReadInt32LittleEndian(rest)
            : throw new ArrowFormatException(Offset, "a message prefix", $"{stream.Length - Position} bytes at the end of the stream");
}
