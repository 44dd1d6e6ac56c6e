using Strata.Arrow;

namespace Strata.Rrd;

/// <summary>One store's part of a footer, decoded. Source: rrd-format §2.6, §2.8.</summary>
internal sealed record FooterManifest(Wire.StoreId StoreId, Schema Schema, RrdManifest Manifest)
{
    private const int Sha256Bytes = 32;

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
        var schema = IpcPayload.ReadSchema(manifest.SorbetSchema.ArrowSchema.Memory, offset);
        var stream = IpcPayload.Uncompress(manifest.Data.Payload.Memory, (int)manifest.Data.Compression, manifest.Data.UncompressedSize, offset);
        var table = IpcPayload.ReadBatch(stream, offset);
        if (ManifestRules.Check(table, schema) is { } broken)
        {
            throw new FooterException(RrdRules.Manifest, $"the manifest of '{manifest.StoreId.RecordingId}' breaks a rule: {broken}");
        }
        var sha256 = manifest.SorbetSchemaSha256;
        if (sha256.Length != Sha256Bytes || !sha256.Span.SequenceEqual(SorbetSchemaHash.Compute(schema).Span))
        {
            findings.Add(offset, RrdRules.SchemaHash, $"the schema hash of '{manifest.StoreId.RecordingId}' is not that of its schema; the right one is used");
        }
        return new FooterManifest(manifest.StoreId, schema, ManifestTableReader.Read(table, offset));
    }
}
