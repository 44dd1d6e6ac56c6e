using System.Text;
using Strata.Arrow;

namespace Strata.Rrd.Tests.Hostile;

/// <summary>Messages that no writer of ours would make, byte by byte.</summary>
internal static class BombMessages
{
    /// <summary>A file without footer of these messages.</summary>
    public static byte[] File(params IEnumerable<(ulong Kind, byte[] Payload)> messages)
    {
        var header = new byte[StreamHeader.Size];
        new StreamHeader(WriterProfile.V1.Version, StreamHeader.Lz4).Write(header);
        return new FileParts(header, [.. messages]).ToFile();
    }

    /// <summary>A chunk message around any bytes.</summary>
    public static (ulong Kind, byte[] Payload) ArrowMsg(byte[] payload, int compression, ulong uncompressedSize) => ((ulong)MessageKind.ArrowMsg,
    [
        .. Bytes(1, StoreId("bomb")),
        .. Number(2, (ulong)compression), .. Number(3, uncompressedSize), .. Number(4, 1), .. Bytes(5, payload),
    ]);

    /// <summary>That there is a recording of this id.</summary>
    public static (ulong Kind, byte[] Payload) Announcement(string recordingId) => ((ulong)MessageKind.SetStoreInfo, Bytes(2, Bytes(2, StoreId(recordingId))));

    /// <summary>A chunk message around a batch, compressed as far as LZ4 goes.</summary>
    public static (ulong Kind, byte[] Payload) Chunk(RecordBatch batch)
    {
        var stream = batch.ToIpcStream();
        var block = new byte[Lz4BlockEncoder.MaxEncodedLength(stream.Length)];
        var length = Lz4BlockEncoder.Encode(stream, block);
        return ArrowMsg(block[..length], compression: 2, (ulong)stream.Length);
    }

    /// <summary>A batch with the metadata of a chunk and, unless told otherwise, its row ids.</summary>
    public static RecordBatch Batch(string path, int rows, IEnumerable<(Field Field, IArrowArray Array)> columns, int id = 1, bool withRowIds = true)
    {
        var all = columns.ToList();
        if (withRowIds)
        {
            var field = new Field("rerun.controls.RowId", new FixedSizeBinaryType(Tuid.Size), nullable: false, new Dictionary<string, string> { ["rerun:kind"] = "control" });
            all.Insert(0, (field, FixedSizeBinaryArray.Wrap(Tuid.Size, new byte[rows * Tuid.Size], rows)));
        }
        var metadata = new Dictionary<string, string> { ["rerun:id"] = $"chunk_{id:x32}", ["rerun:entity_path"] = path, ["sorbet:version"] = "0.1.3" };
        return new RecordBatch(new Schema(all.Select(column => column.Field), metadata), all.Select(column => column.Array), rows);
    }

    public static Field Field(string name, ArrowType type, string kind) => new(name, type, nullable: true, new Dictionary<string, string> { ["rerun:kind"] = kind });

    private static byte[] StoreId(string recordingId) => [.. Number(1, 1), .. Bytes(2, Encoding.UTF8.GetBytes(recordingId)), .. Bytes(3, Bytes(1, "app"u8))];

    private static byte[] Number(int field, ulong value) => [.. ProtobufVarints.Write((ulong)field << 3), .. ProtobufVarints.Write(value)];

    public static byte[] Bytes(int field, ReadOnlySpan<byte> bytes) => [.. ProtobufVarints.Write(((ulong)field << 3) | 2), .. ProtobufVarints.Write((ulong)bytes.Length), .. bytes];

    public static string Path(int parts) => new StringBuilder().Insert(0, "/a", parts).ToString();
}
