using System.Buffers.Binary;
using Strata.Arrow.FlatBuffers;

namespace Strata.Arrow.Ipc;

/// <summary>Writes schemas byte for byte as arrow-rs does. Source: rrd-format Appendix B.</summary>
internal static class SchemaEncoder
{
    /// <summary>The framed schema message: continuation, length, FlatBuffer, zeros up to a multiple of <paramref name="alignment"/>.</summary>
    public static byte[] Encode(Schema schema, int alignment = IpcFraming.Alignment)
    {
        var builder = new FlatBufferBuilder();
        var types = new TypeEncoder(builder);
        int fields = types.Fields(schema.FieldsList);
        int metadata = schema.HasMetadata ? types.Metadata(schema.Metadata) : 0;
        builder.StartTable();
        builder.Offset(SchemaSlots.Fields, fields);
        if (metadata != 0)
            builder.Offset(SchemaSlots.Metadata, metadata);
        int table = builder.EndTable();
        builder.StartTable();
        builder.Int16(MessageSlots.Version, MetadataVersion.V5, 0);
        builder.Byte(MessageSlots.HeaderType, (byte)MessageHeader.Schema, 0);
        builder.Offset(MessageSlots.Header, table);
        return IpcFraming.Frame(builder.Finish(builder.EndTable()), alignment);
    }
}

internal static class IpcFraming
{
    public const int Alignment = 64;
    public const uint Continuation = 0xFFFFFFFF;
    public const int PrefixBytes = 8;

    /// <summary>FF FF FF FF 00 00 00 00.</summary>
    public static ReadOnlySpan<byte> EndOfStream => [0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0];

    public static byte[] Frame(ReadOnlySpan<byte> flatBuffer, int alignment)
    {
        int total = (PrefixBytes + flatBuffer.Length + alignment - 1) / alignment * alignment;
        var message = new byte[total];
        BinaryPrimitives.WriteUInt32LittleEndian(message, Continuation);
        BinaryPrimitives.WriteInt32LittleEndian(message.AsSpan(4), total - PrefixBytes);
        flatBuffer.CopyTo(message.AsSpan(PrefixBytes));
        return message;
    }

    public static long Padded(long length) => (length + Alignment - 1) / Alignment * Alignment;
}
