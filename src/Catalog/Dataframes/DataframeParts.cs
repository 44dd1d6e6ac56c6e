using System.Buffers;
using System.Globalization;
using Google.Protobuf;
using Strata.Arrow;
using Strata.Catalog.Protocol;
using Strata.Rrd;

namespace Strata.Catalog.Dataframes;

/// <summary>Tables on the wire: one Arrow IPC stream of one batch, from some size on as one raw LZ4 block. Source: catalog-protocol §3.1.</summary>
internal static class DataframeParts
{
    /// <summary>A table of a few rows is padding for the most part and shrinks to a fifth, but the time of both ends is worth more than a packet.</summary>
    private const int CompressedFromBytes = 4 * 1024;

    public static DataframePart ToPart(this RecordBatch batch)
    {
        var stream = batch.ToIpcStream();
        return stream.Length < CompressedFromBytes
            ? PartOf(ByteString.CopyFrom(stream), Compression.None, stream.Length)
            : PartOf(Compress(stream), Compression.Lz4, stream.Length);
    }

    /// <summary>An answer without rows still tells its columns: clients take their schema from the first batch.</summary>
    public static DataframePart ToEmptyPart(this Arrow.Schema schema) => schema.EmptyBatch().ToPart();

    public static RecordBatch EmptyBatch(this Arrow.Schema schema) =>
        new(schema, schema.FieldsList.Select(f => ArrowArrayFactory.BuildArray(EmptyArrays.Of(f.DataType))), 0);

    /// <summary>The table of a request.</summary>
    /// <param name="what">The message and its field, for the refusal.</param>
    /// <exception cref="CatalogException">It is not what it says.</exception>
    public static RecordBatch ToBatch(this DataframePart part, string what)
    {
        if (part.EncoderVersion != EncoderVersion.V0)
        {
            throw Refused($"{what}: expected encoder version 1, found {((int)part.EncoderVersion).ToString(CultureInfo.InvariantCulture)}");
        }

        try
        {
            return RecordBatch.FromIpcStream(Uncompress(part, what));
        }
        catch (ArrowFormatException e)
        {
            throw Refused($"{what}: expected an Arrow IPC stream with one record batch: {e.Message}");
        }
    }

    private static DataframePart PartOf(ByteString payload, Compression compression, int uncompressed) =>
        new() { EncoderVersion = EncoderVersion.V0, Payload = payload, Compression = compression, UncompressedSize = (ulong)uncompressed };

    private static ByteString Compress(byte[] stream)
    {
        var rented = ArrayPool<byte>.Shared.Rent(Lz4BlockEncoder.MaxEncodedLength(stream.Length));
        try
        {
            return ByteString.CopyFrom(rented, 0, Lz4BlockEncoder.Encode(stream, rented));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private static ReadOnlyMemory<byte> Uncompress(DataframePart part, string what)
    {
        switch (part.Compression)
        {
            case Compression.Unspecified or Compression.None:
                return part.Payload.Memory;
            case Compression.Lz4:
                var most = Math.Min((ulong)part.Payload.Length * RrdLimits.MaxLz4Expansion, RrdLimits.MaxUncompressedBytes);
                if (part.UncompressedSize > most)
                {
                    throw Refused(string.Create(CultureInfo.InvariantCulture, $"{what}: expected at most {most} bytes behind {part.Payload.Length} of LZ4, found a claim of {part.UncompressedSize}"));
                }

                return Decode(part, what);
            default:
                throw Refused($"{what}: expected no compression (1) or LZ4 (2), found {((int)part.Compression).ToString(CultureInfo.InvariantCulture)}");
        }
    }

    private static byte[] Decode(DataframePart part, string what)
    {
        var stream = new byte[part.UncompressedSize];
        try
        {
            return Lz4BlockDecoder.Decode(part.Payload.Span, stream) is var length && length == stream.Length
                ? stream
                : throw Refused(string.Create(CultureInfo.InvariantCulture, $"{what}: expected {stream.Length} bytes behind the LZ4 block, found {length}"));
        }
        catch (RrdFormatException e)
        {
            throw Refused($"{what}: expected one raw LZ4 block: {e.Message}");
        }
    }

    private static CatalogException Refused(string message) => CatalogException.InvalidArgument(message);
}
