using Strata.Contracts;

namespace Strata.Registrar;

/// <summary>The guard rows by which appends on different streams see each other. Source: DESIGN §4.3.</summary>
internal static class GuardScopes
{
    /// <summary>Name of an entry → its id.</summary>
    public const string EntryName = "entry-name";

    /// <summary>Id of a living dataset → its name.</summary>
    public const string Dataset = "dataset";

    /// <summary>Dataset → how long superseded bytes are kept (<see cref="RetainDataset.Text"/>), so that it is read without the streams; no row: for ever.</summary>
    public const string Retention = "retention";

    /// <summary>Dataset → how often the set of admitted schemas was changed: whoever adds or retires one takes turns on it.</summary>
    public const string SchemaRevision = "schema-revision";

    /// <summary>Dataset with a limited number of segments → how often one was added: whoever adds one takes turns on it.</summary>
    public const string SegmentTurn = "segment-turn";

    /// <summary>Rule → its revision.</summary>
    public static string Rules(DatasetId dataset) => $"rule:{dataset.Value}";

    /// <summary>Rule → the back-fill of it that is not over: one at a time.</summary>
    public static string Backfills(DatasetId dataset) => $"backfill:{dataset.Value}";

    /// <summary>Hash of each admitted schema → its blob. Given and derived layers are apart: only given ones stand in a person's way (DESIGN rule 5).</summary>
    public static string Schemas(DatasetId dataset, LayerOrigin origin) => $"{Prefix(origin)}schema:{dataset.Value}";

    /// <summary>Each layer that has the schema → its fingerprint.</summary>
    public static string SchemaHolders(DatasetId dataset, LayerOrigin origin, Sha256Digest schema) => $"{Prefix(origin)}schema-holder:{dataset.Value}:{schema.Value}";

    /// <summary>The segment's length comes first, since both ids may hold any character.</summary>
    public static string HolderKey(string segment, string layer) => $"{segment.Length}\n{segment}\n{layer}";

    /// <exception cref="FormatException">The key was not made by <see cref="HolderKey"/>.</exception>
    public static (string Segment, string Layer) ParseHolderKey(string key)
    {
        var end = key.IndexOf('\n', StringComparison.Ordinal);
        return end > 0 && int.TryParse(key.AsSpan(0, end), out var length) && length >= 0 && key.Length > end + 1 + length && key[end + 1 + length] == '\n'
            ? (key.Substring(end + 1, length), key[(end + length + 2)..])
            : throw new FormatException($"guard row of a schema's holder: expected '<length>\\n<segment>\\n<layer>', found '{key}'");
    }

    private static string Prefix(LayerOrigin origin) => origin == LayerOrigin.Derived ? "derived-" : "";
}
