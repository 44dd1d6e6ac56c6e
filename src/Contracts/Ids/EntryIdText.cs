namespace Strata.Contracts;

/// <summary>Ids of entries as Rerun prints them: the first 16 digits in upper case, the last 16 in lower case. Source: catalog-protocol §1.8.</summary>
public static class EntryIdText
{
    private const int UpperDigits = 16;
    private const int IdDigits = 32;
    private const string BlueprintPrefix = "__bp_";
    private const string AssetPrefix = "__as_";

    public static string Of(DatasetId dataset) => string.Concat(dataset.Value[..UpperDigits].ToUpperInvariant(), dataset.Value.AsSpan(UpperDigits));

    /// <returns>The id, in upper or lower case, as Rerun and as Strata print it; null where the text is none.</returns>
    public static DatasetId? TryRead(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length == IdDigits && text.All(char.IsAsciiHexDigit) ? DatasetId.Parse(text.ToLowerInvariant()) : null;
    }

    /// <summary>The name of the hidden dataset that holds a dataset's blueprints. Source: catalog-protocol §5.1.</summary>
    public static string BlueprintName(DatasetId dataset) => BlueprintPrefix + Of(dataset);

    /// <summary>The name of the hidden dataset that holds a dataset's assets.</summary>
    public static string AssetName(DatasetId dataset) => AssetPrefix + Of(dataset);

    /// <summary>Whether a companion could have been created under this name.</summary>
    public static bool IsCompanionName(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.StartsWith(BlueprintPrefix, StringComparison.Ordinal) || name.StartsWith(AssetPrefix, StringComparison.Ordinal);
    }
}
