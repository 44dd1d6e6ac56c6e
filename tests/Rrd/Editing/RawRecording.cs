using System.Buffers;
using System.Buffers.Binary;
using Google.Protobuf;
using Strata.Arrow;

namespace Strata.Rrd.Tests.Editing;

/// <summary>Files that a sound writer refuses to write.</summary>
internal static class RawRecording
{
    /// <summary>One chunk as it is, without footer.</summary>
    public static byte[] Of(StoreId store, Chunk chunk) => Of(store, chunk, ArrowStreamWriter.Write(ChunkBatch.From(chunk)));

    /// <summary>One chunk with this Arrow stream, without footer.</summary>
    public static byte[] Of(StoreId store, Chunk chunk, byte[] ipc, ulong compression = 1)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new RrdWriter(output, WriterProfile.V1);
        writer.SetStoreInfo(store, StoreSource.Other("test"), new Tuid(1, 1));
        using var message = new MemoryStream();
        var fields = new CodedOutputStream(message);
        Bytes(fields, 1, StoreBytes(store));
        Number(fields, 2, compression);
        Number(fields, 3, (ulong)ipc.Length);
        Number(fields, 4, 1);
        Bytes(fields, 5, ipc);
        Bytes(fields, 6, IdBytes(chunk.Id));
        Number(fields, 7, chunk.IsStatic ? 1u : 0u);
        fields.Flush();
        return [.. output.WrittenSpan, .. Message(MessageKind.ArrowMsg, message.ToArray())];
    }

    /// <summary>A command that activates a store.</summary>
    public static byte[] Activation(StoreId store)
    {
        using var message = new MemoryStream();
        var fields = new CodedOutputStream(message);
        Bytes(fields, 1, StoreBytes(store));
        Number(fields, 2, 1);
        fields.Flush();
        return Message(MessageKind.BlueprintActivationCommand, message.ToArray());
    }

    private static byte[] Message(MessageKind kind, byte[] payload)
    {
        var header = new byte[MessageHeader.Size];
        new MessageHeader((ulong)kind, (ulong)payload.Length).Write(header);
        return [.. header, .. payload];
    }

    /// <summary>Makes the footer's checksum right again.</summary>
    public static void Reseal(byte[] file)
    {
        var trailer = file.AsSpan(file.Length - StreamFooter.Size);
        var footer = StreamFooter.ReadEntry(trailer);
        BinaryPrimitives.WriteUInt32LittleEndian(trailer[16..], StreamFooter.ChecksumOf(file.AsSpan((int)footer.Start, (int)footer.Length)));
    }

    private static byte[] StoreBytes(StoreId store)
    {
        using var stream = new MemoryStream();
        var fields = new CodedOutputStream(stream);
        Number(fields, 1, (ulong)store.Kind);
        Bytes(fields, 2, System.Text.Encoding.UTF8.GetBytes(store.RecordingId));
        using var application = new MemoryStream();
        var inner = new CodedOutputStream(application);
        Bytes(inner, 1, System.Text.Encoding.UTF8.GetBytes(store.ApplicationId));
        inner.Flush();
        Bytes(fields, 3, application.ToArray());
        fields.Flush();
        return stream.ToArray();
    }

    private static byte[] IdBytes(Tuid id)
    {
        var bytes = new byte[18];
        bytes[0] = 0x09;
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(1), id.TimeNs);
        bytes[9] = 0x11;
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(10), id.Inc);
        return bytes;
    }

    private static void Bytes(CodedOutputStream output, int field, byte[] bytes)
    {
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(ByteString.CopyFrom(bytes));
    }

    private static void Number(CodedOutputStream output, int field, ulong number)
    {
        output.WriteTag(field, WireFormat.WireType.Varint);
        output.WriteUInt64(number);
    }
}
