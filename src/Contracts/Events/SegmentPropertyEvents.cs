namespace Strata.Contracts;

/// <summary>
/// Properties that a client gives to a segment beside its layers: all of them, replacing those from before. The segment need not have a layer, and unregistering
/// keeps them. Those under the key <c>tags</c> show in the segment table, others in no table. Source: catalog-protocol §11.6.
/// </summary>
/// <param name="Revision">Random, above 0: a client that names another one has not seen these properties.</param>
/// <param name="PropertiesBlob">Arrow IPC stream of one row, as the client sent it.</param>
public sealed record SegmentPropertiesSet(DatasetId Dataset, string Segment, long Revision, Sha256Digest PropertiesBlob, EventSource Source) : StrataEvent;

/// <param name="Revision">Of the properties that were removed.</param>
public sealed record SegmentPropertiesRemoved(DatasetId Dataset, string Segment, long Revision, EventSource Source) : StrataEvent;
