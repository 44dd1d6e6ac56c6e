using System.Buffers;
using Google.Protobuf;

namespace Strata.Rrd;

/// <summary>
/// The message that carries a chunk. Its fields are walked here and not by generated code, so that
/// <see cref="Payload"/> is a slice of the bytes that were read. Source: rrd-format §2.3.
/// </summary>
internal readonly record struct ArrowMsg
{
    public const int NoCompression = 1;
    public const int Lz4 = 2;
    public const int ArrowIpc = 1;

    internal const int StoreIdField = 1;
    private const int CompressionField = 2;
    private const int UncompressedSizeField = 3;
    private const int EncodingField = 4;
    internal const int PayloadField = 5;
    internal const int ChunkIdField = 6;
    private const int IsStaticField = 7;

    // Alpha builds of 0.23 carried the payload here and counted compressions from 0.
    internal const int AlphaPayloadField = 1000;

    public Wire.StoreId? StoreId { get; init; }

    public int Compression { get; init; }

    public ulong UncompressedSize { get; init; }

    public int Encoding { get; init; }

    /// <summary>An Arrow IPC stream, compressed as one LZ4 block when <see cref="Compression"/> says so.</summary>
    public ReadOnlyMemory<byte> Payload { get; init; }

    /// <summary>Absent in files of 0.23. The id in the Arrow metadata is the one that counts.</summary>
    public Tuid? ChunkId { get; init; }

    /// <summary>Absent before 0.25.</summary>
    public bool? IsStatic { get; init; }

    /// <summary>Whether it has the form of alpha builds of 0.23, which no released Rerun reads.</summary>
    public bool IsAlpha { get; init; }

    /// <summary>Reads the message that lies at <paramref name="offset"/> of the file.</summary>
    public static ArrowMsg Read(ReadOnlyMemory<byte> message, long offset)
    {
        var result = new ArrowMsg();
        var isAlpha = false;
        var fields = new ProtobufFields(message.Span, offset);
        while (fields.MoveNext())
        {
            switch (fields.Number)
            {
                case StoreIdField:
                    result = result with { StoreId = WireMessage.Parse(Wire.StoreId.Parser, fields.Bytes, offset, "a StoreId") };
                    break;
                case CompressionField:
                    result = result with { Compression = (int)fields.Integer };
                    break;
                case UncompressedSizeField:
                    result = result with { UncompressedSize = fields.Integer };
                    break;
                case EncodingField:
                    result = result with { Encoding = (int)fields.Integer };
                    break;
                case PayloadField or AlphaPayloadField:
                    isAlpha |= fields.Number == AlphaPayloadField;
                    result = result with { Payload = message.Slice(fields.BytesStart, fields.Bytes.Length) };
                    break;
                case ChunkIdField:
                    var id = WireMessage.Parse(Wire.Tuid.Parser, fields.Bytes, offset, "a Tuid");
                    result = result with { ChunkId = new Tuid(id.TimeNs, id.Inc) };
                    break;
                case IsStaticField:
                    result = result with { IsStatic = fields.Integer != 0 };
                    break;
                default:
                    break;
            }
        }
        return isAlpha ? result with { Compression = result.Compression + 1, IsAlpha = true } : result;
    }

    /// <summary>Writes all seven fields, also those that equal their default: Rerun's tools rely on it. What an old writer did not know is left out.</summary>
    public void WriteTo(IBufferWriter<byte> destination)
    {
        WriteHead(destination);
        destination.Write(Payload.Span);
        WriteTail(destination);
    }

    /// <summary>What stands before the bytes of the payload.</summary>
    public void WriteHead(IBufferWriter<byte> destination)
    {
        var output = new ProtobufOutput(destination);
        output.Bytes(StoreIdField, StoreId!.ToByteArray());
        output.Integer(CompressionField, (ulong)Compression);
        output.Integer(UncompressedSizeField, UncompressedSize);
        output.Integer(EncodingField, (ulong)Encoding);
        output.BytesHead(PayloadField, Payload.Length);
    }

    /// <summary>What stands behind the bytes of the payload.</summary>
    public void WriteTail(IBufferWriter<byte> destination)
    {
        var output = new ProtobufOutput(destination);
        if (ChunkId is { } id)
        {
            output.Bytes(ChunkIdField, WireMessage.From(id).ToByteArray());
        }
        if (IsStatic is { } isStatic)
        {
            output.Integer(IsStaticField, isStatic ? 1u : 0u);
        }
    }
}
