namespace Strata.Cli;

/// <summary>Addresses as Rerun's Viewer and SDK take them. Source: catalog-protocol §1.1.</summary>
internal static class CatalogLink
{
    /// <param name="server">Scheme, host and port: a catalog cannot live below a path.</param>
    public static string Of(string server) => $"rerun+{server.TrimEnd('/')}";

    /// <param name="segment">Null: the dataset's own page, which lists its segments.</param>
    public static string Of(string server, string datasetId, string? segment)
    {
        var dataset = $"{Of(server)}/dataset/{datasetId}";
        return segment is null ? dataset : $"{dataset}?segment_id={Uri.EscapeDataString(segment)}";
    }
}
