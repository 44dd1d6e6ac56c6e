using Google.Protobuf;
using Strata.Arrow;

namespace Strata.Rrd;

/// <summary>One store's part of a footer that is written. Source: rrd-format §2.8, §9.</summary>
/// <param name="Broken">The rule for which Rerun would refuse the whole footer, in words, or null.</param>
internal sealed record FooterPart(RrdManifest Manifest, RecordingSchema Schema, byte[] SchemaStream, byte[] TableStream, string? Broken)
{
    public static FooterPart Of(ManifestBuilder manifest, SorbetSchemaBuilder schema)
    {
        var rows = manifest.Build();
        var table = ManifestTable.From(rows);
        var fields = schema.Build();
        var stream = ArrowStreamWriter.Write(fields);
        var recording = RecordingSchema.Of(fields, stream);
        return recording.Check(table) is { } broken
            ? new FooterPart(rows, recording, stream, [], broken)
            : new FooterPart(rows, recording, stream, ArrowStreamWriter.Write(table), null);
    }

    public Wire.RrdManifest ToWire(StoreId storeId, bool useLz4)
    {
        using var payload = IpcCompression.Compress(TableStream, useLz4);
        return new Wire.RrdManifest
        {
            StoreId = WireMessage.From(storeId),
            SorbetSchema = new Wire.Schema { ArrowSchema = UnsafeByteOperations.UnsafeWrap(SchemaStream) },
            SorbetSchemaSha256 = ByteString.CopyFrom(Schema.Sha256.Span),
            Data = new Wire.DataframePart
            {
                EncoderVersion = Wire.EncoderVersion.V0,
                Payload = ByteString.CopyFrom(payload.Memory.Span),
                Compression = (Wire.DataframeCompression)payload.Compression,
                UncompressedSize = (ulong)TableStream.Length,
            },
        };
    }
}
