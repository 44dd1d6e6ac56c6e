using Strata.Arrow;

namespace Strata.Rrd;

/// <summary>
/// A recording schema with what follows from it alone, remembered by the bytes that stand in footers: the recordings of one robot differ in their data,
/// hardly ever in their schema.
/// </summary>
internal sealed class RecordingSchema
{
    private static readonly ContentCache<RecordingSchema> Known = new();

    // The tables of manifests that were found to keep the rules, without and with static chunks; others are checked again.
    private Schema? _soundTemporalTable;
    private Schema? _soundStaticTable;

    private RecordingSchema(Schema schema)
    {
        Schema = schema;
        Sha256 = SorbetSchemaHash.Compute(schema);
    }

    public Schema Schema { get; }

    /// <summary>32 bytes. Source: rrd-format §9.4.</summary>
    public ReadOnlyMemory<byte> Sha256 { get; }

    /// <param name="stream">An IPC stream; only its schema is read.</param>
    /// <param name="offset">Of the footer in the file, for errors.</param>
    /// <exception cref="RrdFormatException"/>
    public static RecordingSchema Read(ReadOnlyMemory<byte> stream, long offset) =>
        Known.Find(stream.Span) ?? Known.Add(stream.Span, new RecordingSchema(IpcPayload.ReadSchema(stream, offset)));

    /// <param name="stream">The IPC stream of this schema.</param>
    public static RecordingSchema Of(Schema schema, ReadOnlySpan<byte> stream) =>
        Known.Find(stream) ?? Known.Add(stream, new RecordingSchema(schema));

    /// <summary>The first rule that a manifest of this schema breaks, in words, or null.</summary>
    public string? Check(RecordBatch table)
    {
        if (IsSound(table))
        {
            return null;
        }
        var broken = ManifestRules.Check(table, Schema);
        if (broken is null)
        {
            (ManifestRules.HasStaticChunk(table) ? ref _soundStaticTable : ref _soundTemporalTable) = table.Schema;
        }
        return broken;
    }

    // The rules look at the table's schema and at whether any chunk is static, at nothing else.
    private bool IsSound(RecordBatch table) =>
        (ReferenceEquals(table.Schema, _soundTemporalTable) || ReferenceEquals(table.Schema, _soundStaticTable))
        && ReferenceEquals(table.Schema, ManifestRules.HasStaticChunk(table) ? _soundStaticTable : _soundTemporalTable);
}
