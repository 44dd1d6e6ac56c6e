using Strata.Arrow;

namespace Strata.Rrd;

/// <summary>One store of a file: who made it, its schema and its chunk index.</summary>
/// <param name="Id">Identity; the application id is normalised.</param>
/// <param name="Source">Which program made it.</param>
/// <param name="Version">Version of Rerun in the header of its stream.</param>
/// <param name="Schema">Union schema in the order of the footer, or of the first chunks when there is none. Source: rrd-format §9.3.</param>
/// <param name="SchemaSha256">32 bytes over the sorted schema, always computed here. Source: rrd-format §9.4.</param>
/// <param name="Manifest">The chunk index.</param>
public sealed record RrdStore(StoreId Id, StoreSource Source, CrateVersion Version, Schema Schema, ReadOnlyMemory<byte> SchemaSha256, RrdManifest Manifest)
{
    /// <summary>The message that announced it, to be passed on; null when none did.</summary>
    internal Wire.SetStoreInfo? Announcement { get; init; }
}
