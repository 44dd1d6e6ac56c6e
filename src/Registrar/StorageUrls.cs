using Strata.Contracts;

namespace Strata.Registrar;

/// <summary>The URL shown for a layer that no client named: where its bytes lie in the recording store.</summary>
internal static class StorageUrls
{
    private const string StoreScheme = "strata:///";

    public static string OfKept(KeptBytes kept) => StoreScheme + kept.Location;
}
