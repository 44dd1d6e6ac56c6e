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
