namespace Strata.Rrd;

/// <summary>What is in a file, without the data of its chunks.</summary>
/// <param name="Header">Header of the (first) stream.</param>
/// <param name="Stores">Recordings and blueprints in the order of their first mention.</param>
/// <param name="Activations">Blueprint activations in file order.</param>
/// <param name="UsedFooter">True when the chunk index came from the footer, false when the file was scanned.</param>
/// <param name="Findings">What was wrong or lost; empty for a clean file.</param>
public sealed record RrdContents(
    StreamHeader Header,
    IReadOnlyList<RrdStore> Stores,
    IReadOnlyList<BlueprintActivation> Activations,
    bool UsedFooter,
    IReadOnlyList<RrdFinding> Findings)
{
    /// <summary>The stores that hold data.</summary>
    public IEnumerable<RrdStore> Recordings => Stores.Where(store => store.Id.Kind == StoreKind.Recording);

    /// <summary>The stores that hold layouts of the Viewer.</summary>
    public IEnumerable<RrdStore> Blueprints => Stores.Where(store => store.Id.Kind == StoreKind.Blueprint);
}
