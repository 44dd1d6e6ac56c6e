using Strata.Contracts;

namespace Strata.Registrar;

/// <summary>The URL shown for a layer that no client named: where its bytes lie in the recording store.</summary>
public static class StorageUrls
{
    private const string StoreScheme = "strata:///";

    public static string OfKept(KeptBytes kept)
    {
        ArgumentNullException.ThrowIfNull(kept);
        return StoreScheme + kept.Location;
    }

    /// <returns>Null for a URL that a client sent.</returns>
    public static KeptBytes? ToKept(string url)
    {
        ArgumentNullException.ThrowIfNull(url);
        return url.StartsWith(StoreScheme, StringComparison.Ordinal) ? new(KeepMode.Copy, url[StoreScheme.Length..], null, null) : null;
    }
}
