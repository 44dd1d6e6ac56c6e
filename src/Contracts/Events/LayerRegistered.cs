using System.Text.Json.Serialization;

namespace Strata.Contracts;

[JsonConverter(typeof(CamelCaseEnumConverter<TimelineKind>))]
public enum TimelineKind
{
    /// <summary>Frame numbers and ticks, no unit.</summary>
    Sequence,

    /// <summary>Nanoseconds from a start of the recording's own choice.</summary>
    Duration,

    /// <summary>Nanoseconds since 1970-01-01T00:00:00Z.</summary>
    Timestamp,
}

/// <summary>Smallest and largest time on a timeline over all chunks of a layer, both inclusive, in the unit of <paramref name="Kind"/>.</summary>
public sealed record IndexRange(string Timeline, TimelineKind Kind, long Start, long End);

[JsonConverter(typeof(CamelCaseEnumConverter<LayerOrigin>))]
public enum LayerOrigin
{
    /// <summary>Somebody registered it.</summary>
    Given,

    /// <summary>A rule made it.</summary>
    Derived,
}

/// <summary>Where the bytes of a recording lie.</summary>
/// <param name="Mode">Never <see cref="KeepMode.Auto"/>: by the time of the event it is decided.</param>
/// <param name="Location">For a copy the key inside the recording store, for a reference the absolute path or URL.</param>
/// <param name="ModifiedAtNs">For a reference: modification time, UTC nanoseconds, re-checked at each open.</param>
/// <param name="TailSha256">For a reference: SHA-256 of the file's last bytes (its footer), re-checked when size and time alone do not settle it.</param>
public sealed record KeptBytes(KeepMode Mode, string Location, long? ModifiedAtNs, Sha256Digest? TailSha256);

/// <summary>Who asked for it: a person's tool, a robot, a rule.</summary>
/// <param name="Kind"><c>cli</c>, <c>rest</c>, <c>robot</c>, <c>sdk</c>, <c>serve</c>, <c>rule</c>.</param>
public sealed record EventSource(string Kind, string? Who);

/// <summary>Where a derived layer comes from: enough to make it again, byte for byte. Source: DESIGN §5, rules 6 and 7.</summary>
public sealed record Provenance(
    string Rule,
    int Revision,
    string Deriver,
    int DeriverVersion,
    int WriterProfile,
    CanonicalJson Parameters,
    EquatableArray<DerivationInput> Inputs,
    long RowsUsed,
    EquatableArray<DroppedRows> RowsDropped);

public sealed record DerivationInput(string Layer, Sha256Digest Fingerprint);

/// <param name="Reason">From the closed list of <c>DropReasons</c>.</param>
public sealed record DroppedRows(string Reason, long Count);

/// <summary>One layer of one segment stands from now on. Carries all that any read model needs: none of them opens a recording.</summary>
/// <param name="LayerType">Always <c>rrd</c>.</param>
/// <param name="ApplicationId">Of the recording (store) inside the file.</param>
/// <param name="StorageUrl">What the client sent; shown as <c>rerun_storage_url</c>.</param>
/// <param name="FileSizeBytes">Of the whole file, which may hold other recordings too.</param>
/// <param name="SizeBytes">Sum over the layer's chunks of stored size plus the 16-byte message header: <c>rerun_size_bytes</c>.</param>
/// <param name="Fingerprint">SHA-256 over the sorted (chunk id, stored size, row count) and the schema hash; the same however the bytes came.</param>
/// <param name="FileSha256">Of the whole file, where its bytes passed through Strata.</param>
/// <param name="SchemaSha256">Hash of the layer's recording schema. Source: rrd-format §9.4.</param>
/// <param name="SchemaBlob">Arrow IPC stream with the schema only. Source: rrd-format §9.3.</param>
/// <param name="PropertiesBlob">Arrow IPC stream of one row with the <c>property:…</c> columns; null when there are none.</param>
/// <param name="ChunkIndexBlob">Arrow IPC stream, one row a chunk. Source: rrd-format §9.2.</param>
/// <param name="Supersedes">Fingerprint of the layer that stood under this name before; null when none did.</param>
public sealed record LayerRegistered(
    DatasetId Dataset,
    string Segment,
    string Layer,
    string LayerType,
    string ApplicationId,
    string StorageUrl,
    KeptBytes Kept,
    long FileSizeBytes,
    long SizeBytes,
    Sha256Digest Fingerprint,
    Sha256Digest? FileSha256,
    long ChunkCount,
    Sha256Digest SchemaSha256,
    Sha256Digest SchemaBlob,
    Sha256Digest? PropertiesBlob,
    Sha256Digest ChunkIndexBlob,
    EquatableArray<IndexRange> IndexRanges,
    EventSource Source,
    Sha256Digest? Supersedes,
    LayerOrigin Origin,
    Provenance? Provenance) : StrataEvent;

/// <param name="Reason"><c>asked</c> (a person), <c>input_removed</c>, <c>yielded_schema</c> (a derived layer gave way to a given one's schema), <c>input_changed</c>, <c>purged</c>.</param>
/// <param name="YieldedTo">The given layer that a derived one gave way to; null for other reasons, and in logs of the first versions.</param>
public sealed record LayerUnregistered(
    DatasetId Dataset, string Segment, string Layer, Sha256Digest Fingerprint, string Reason, EventSource Source, LayerName? YieldedTo = null) : StrataEvent;

/// <summary>A layer of a dataset, by name.</summary>
public sealed record LayerName(string Segment, string Layer);
