namespace Strata.Rrd;

/// <summary>One message of a stream, its payload not yet interpreted.</summary>
/// <param name="Header">Header of the stream that the message belongs to.</param>
/// <param name="StreamStart">Offset of that header from the start of the file.</param>
/// <param name="Kind">What the payload is.</param>
/// <param name="Offset">Offset of the payload from the start of the file.</param>
/// <param name="Payload">The payload as stored.</param>
internal readonly record struct RrdFrame(StreamHeader Header, long StreamStart, MessageKind Kind, long Offset, ReadOnlyMemory<byte> Payload);
