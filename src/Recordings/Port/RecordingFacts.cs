using System.Collections.Immutable;
using Strata.Contracts;

namespace Strata.Recordings;

/// <summary>All that the log needs to know of one recording (store) of a file, read once. Source: DESIGN §4.2.</summary>
/// <param name="SegmentId">The recording id.</param>
/// <param name="SchemaIpc">Arrow IPC stream, schema only. Source: rrd-format §9.3.</param>
/// <param name="PropertiesIpc">Arrow IPC stream of one row; null when the recording has no properties.</param>
/// <param name="ChunkIndexIpc">Arrow IPC stream, one row a chunk. Source: rrd-format §9.2.</param>
public sealed record RecordingFacts(
    string SegmentId,
    string ApplicationId,
    Sha256Digest Fingerprint,
    long SizeBytes,
    long ChunkCount,
    Sha256Digest SchemaSha256,
    ReadOnlyMemory<byte> SchemaIpc,
    ReadOnlyMemory<byte>? PropertiesIpc,
    ReadOnlyMemory<byte> ChunkIndexIpc,
    ImmutableArray<IndexRange> IndexRanges);

/// <summary>What was found in one file.</summary>
/// <param name="Findings">What is missing or damaged although the rest could be read; empty for a sound file.</param>
public sealed record FileFacts(ImmutableArray<RecordingFacts> Recordings, ImmutableArray<FileFinding> Findings);

/// <param name="Offset">Byte offset in the file.</param>
public sealed record FileFinding(long Offset, string Rule, string Message);
