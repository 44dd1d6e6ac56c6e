namespace Strata.Rrd;

/// <summary>A store as who opens the finished file will find it.</summary>
/// <param name="Store">With its manifest and schema.</param>
/// <param name="ManifestIpc">Its manifest's table as an Arrow IPC stream, before compression. Source: rrd-format §9.2.</param>
public sealed record WrittenStore(RrdStore Store, ReadOnlyMemory<byte> ManifestIpc);
