namespace Strata.Catalog.Uploads;

/// <summary>Where something staged lies, as clients name it when they register it: <c>strata://staged/KEY</c>.</summary>
internal static class StagedUrl
{
    private const string Prefix = "strata://staged/";

    public static string Of(string key) => Prefix + string.Join('/', key.Split('/').Select(Uri.EscapeDataString));

    /// <returns>Null for another URL.</returns>
    public static string? KeyOf(string url) => url.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) ? Uri.UnescapeDataString(url[Prefix.Length..]) : null;
}
