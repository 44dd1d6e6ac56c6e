using Strata.Arrow;

namespace Strata.Catalog.Assets;

/// <summary>Which segments an asset belongs to, as its own segment properties say. Source: catalog-protocol §11.6.</summary>
/// <param name="IsOptIn">True: only the listed segments. False: all but the listed ones.</param>
internal sealed record AssetScope(bool IsOptIn, IReadOnlySet<string> Listed)
{
    private const string ModeColumn = "property:asset:mode";
    private const string SegmentsColumn = "property:asset:segments";
    private const string OptIn = "OptIn";

    /// <summary>Of an asset that nobody gave properties: it belongs to every segment.</summary>
    public static AssetScope Everything { get; } = new(IsOptIn: false, new HashSet<string>());

    /// <param name="properties">One row; columns of another form than asked for count as absent.</param>
    public static AssetScope Of(RecordBatch properties) =>
        new(TextsOf(properties.TryColumn(ModeColumn)).FirstOrDefault() == OptIn, TextsOf(properties.TryColumn(SegmentsColumn)).ToHashSet(StringComparer.Ordinal));

    /// <param name="segment">Null asks for what belongs to no segment in particular: assets that are not opt-in.</param>
    public bool Includes(string? segment) => segment is null ? !IsOptIn : Listed.Contains(segment) == IsOptIn;

    private static IEnumerable<string> TextsOf(IArrowArray? column) =>
        column is ListArray { Length: > 0 } lists && lists.IsValid(0) && lists.GetSlicedValues(0) is StringArray texts
            ? Enumerable.Range(0, texts.Length).Select(k => texts.GetString(k)).OfType<string>()
            : [];
}
