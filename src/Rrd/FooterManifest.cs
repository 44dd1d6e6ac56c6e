using Strata.Arrow;

namespace Strata.Rrd;

/// <summary>One store's part of a footer, decoded. Source: rrd-format §2.6, §2.8.</summary>
internal sealed record FooterManifest(Wire.StoreId StoreId, Schema Schema, ReadOnlyMemory<byte> SchemaSha256, RrdManifest Manifest)
{
    public static FooterManifest Read(Wire.RrdManifest manifest, long offset, FindingList findings)
    {
        if (manifest.StoreId is null || manifest.SorbetSchema is not { HasArrowSchema: true } || manifest.Data is not { HasPayload: true })
        {
            throw new FooterException(RrdRules.Manifest, "a manifest lacks its store id, schema or table");
        }
        if (manifest.Data.EncoderVersion != Wire.EncoderVersion.V0)
        {
            throw new FooterException(RrdRules.Manifest, $"a manifest table has the encoder version {(int)manifest.Data.EncoderVersion} instead of 1");
        }
        var schema = RecordingSchema.Read(manifest.SorbetSchema.ArrowSchema.Memory, offset);

        // A manifest copies what it needs of its table, so the table's bytes may be borrowed.
        var index = IpcPayload.UseUncompressed(manifest.Data.Payload.Memory, (int)manifest.Data.Compression, manifest.Data.UncompressedSize, offset, stream =>
        {
            var table = IpcPayload.ReadBatch(stream, offset, ManifestTable.Schemas);
            return schema.Check(table) is { } broken
                ? throw new FooterException(RrdRules.Manifest, $"the manifest of '{manifest.StoreId.RecordingId}' breaks a rule: {broken}")
                : ManifestTableReader.Read(table, offset);
        });
        if (!manifest.SorbetSchemaSha256.Span.SequenceEqual(schema.Sha256.Span))
        {
            findings.Add(offset, RrdRules.SchemaHash, $"the schema hash of '{manifest.StoreId.RecordingId}' is not that of its schema; the right one is used");
        }
        return new FooterManifest(manifest.StoreId, schema.Schema, schema.Sha256, index);
    }
}
