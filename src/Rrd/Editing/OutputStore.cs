using Strata.Arrow;

namespace Strata.Rrd.Editing;

/// <summary>What an output remembers of one of its stores.</summary>
internal sealed class OutputStore(StoreId id)
{
    public StoreId Id => id;

    public ManifestBuilder Manifest { get; } = new();

    public SorbetSchemaBuilder Schema { get; } = new();

    public HashSet<Tuid> ChunkIds { get; } = [];

    /// <summary>The schema of another file whose columns were taken in last.</summary>
    public Schema? KnownSchema { get; set; }

    /// <summary>What was announced last; the same again says nothing new.</summary>
    public Wire.StoreInfo? Announced { get; set; }
}
