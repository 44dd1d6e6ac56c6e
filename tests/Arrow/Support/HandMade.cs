using Strata.Arrow.FlatBuffers;
using Strata.Arrow.Ipc;
using TypeCode = Strata.Arrow.Ipc.TypeCode;

namespace Strata.Arrow.Tests.Support;

/// <summary>Messages that no writer of ours would make.</summary>
internal static class HandMade
{
    /// <summary>A message of a schema without fields, whatever it says to be.</summary>
    public static byte[] Schema(short endianness, short version, MessageHeader kind)
    {
        var builder = new FlatBufferBuilder();
        int fields = builder.OffsetVector([]);
        builder.StartTable();
        builder.Int16(SchemaSlots.Endianness, endianness, 0);
        builder.Offset(SchemaSlots.Fields, fields);
        int schema = builder.EndTable();
        builder.StartTable();
        builder.Int16(MessageSlots.Version, version, 0);
        builder.Byte(MessageSlots.HeaderType, (byte)kind, 0);
        builder.Offset(MessageSlots.Header, schema);
        return IpcFraming.Frame(builder.Finish(builder.EndTable()), 64);
    }

    /// <summary>A schema message in which <paramref name="fields"/> fields share one table, or one name.</summary>
    public static byte[] Sharing(int fields, bool wholeTables)
    {
        var builder = new FlatBufferBuilder();
        int name = builder.String(new string('n', 20_000));
        builder.StartTable();
        int type = builder.EndTable();
        var offsets = new int[fields];
        for (int k = 0; k < fields; k++)
        {
            if (wholeTables && k > 0)
            {
                offsets[k] = offsets[0];
                continue;
            }

            builder.StartTable();
            if (!wholeTables)
                builder.Offset(FieldSlots.Name, name);
            builder.Byte(FieldSlots.TypeCode, (byte)TypeCode.Decimal, 0);
            builder.Offset(FieldSlots.Type, type);
            offsets[k] = builder.EndTable();
        }

        int vector = builder.OffsetVector(offsets);
        builder.StartTable();
        builder.Offset(SchemaSlots.Fields, vector);
        int schema = builder.EndTable();
        builder.StartTable();
        builder.Int16(MessageSlots.Version, MetadataVersion.V5, 0);
        builder.Byte(MessageSlots.HeaderType, (byte)MessageHeader.Schema, 0);
        builder.Offset(MessageSlots.Header, schema);
        return IpcFraming.Frame(builder.Finish(builder.EndTable()), 64);
    }

    /// <summary>The record batch and the end marker: what follows the last continuation but one.</summary>
    public static int LastMessageBytes(byte[] stream)
    {
        ReadOnlySpan<byte> continuation = [0xFF, 0xFF, 0xFF, 0xFF];
        return stream.Length - stream.AsSpan(0, stream.Length - 8).LastIndexOf(continuation);
    }

    /// <summary>A message that appends values to dictionary 0.</summary>
    public static byte[] Delta(IArrowArray values)
    {
        var body = new BodyPlan(1);
        body.Add(values.Data, 0, values.Length);
        var builder = new FlatBufferBuilder();
        int buffers = builder.Int64Vector(body.BufferNumbers(), 2);
        int nodes = builder.Int64Vector(body.NodeNumbers(), 2);
        builder.StartTable();
        builder.Int64(BatchSlots.Length, values.Length, 0);
        builder.Offset(BatchSlots.Nodes, nodes);
        builder.Offset(BatchSlots.Buffers, buffers);
        int batch = builder.EndTable();
        builder.StartTable();
        builder.Offset(DictionarySlots.Data, batch);
        builder.Bool(DictionarySlots.IsDelta, true);
        int dictionary = builder.EndTable();
        builder.StartTable();
        builder.Int16(MessageSlots.Version, MetadataVersion.V5, 0);
        builder.Byte(MessageSlots.HeaderType, (byte)MessageHeader.DictionaryBatch, 0);
        builder.Int64(MessageSlots.BodyLength, body.Bytes, 0);
        builder.Offset(MessageSlots.Header, dictionary);
        byte[] message = IpcFraming.Frame(builder.Finish(builder.EndTable()), 64);
        byte[] whole = [.. message, .. new byte[body.Bytes]];
        body.WriteTo(whole.AsSpan(message.Length));
        return whole;
    }
}
