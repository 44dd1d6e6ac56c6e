namespace Strata.Cli;

/// <summary>In how many of the demo's segments a layer stands.</summary>
/// <param name="Missing">Segments without it, in order.</param>
internal sealed record Presence(string Layer, int Segments, IReadOnlyList<string> Missing)
{
    public static Presence Of(IReadOnlyList<StandingLayer> layers, IReadOnlyCollection<string> segments, string layer) =>
        new(layer, segments.Count, [.. segments.Except(layers.Where(l => l.Layer == layer).Select(l => l.Segment)).Order(StringComparer.Ordinal)]);

    /// <param name="known">Whether nothing was new in this run.</param>
    public string Title(string what, bool known) => (Segments - Missing.Count, known) switch
    {
        (0, _) => $"{what}: not there",
        (var standing, true) when Missing.Count > 0 => $"{what}: already there for {standing} of {Segments}",
        (_, true) => $"{what}: already there",
        (var standing, false) when Missing.Count > 0 => $"{what} derived for {standing} of {Segments}",
        _ => $"{what} derived",
    };
}
