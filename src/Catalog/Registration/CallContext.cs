using System.Globalization;
using Grpc.Core;
using Strata.Catalog.Protocol;
using Strata.Contracts;

namespace Strata.Catalog;

internal sealed partial class RerunCloudService
{
    private const string ClientVersionHeader = "x-rerun-client-version";

    private async Task<Projections.DatasetEntry> DatasetOfAsync(ServerCallContext context)
    {
        var text = context.RequestHeaders.GetValue("x-rerun-entry-id") ?? throw CatalogException.InvalidArgument("missing mandatory HTTP headers");
        var id = DatasetId.Parse(text.ToLowerInvariant());
        return await Ports.ReadModels.Entries.FindAsync(id, context.CancellationToken) ?? throw CatalogException.NotFound($"Entry id '{EntryIdText.Of(id)}' not found");
    }

    private static EventSource SourceOf(ServerCallContext context) => new("sdk", context.RequestHeaders.GetValue(ClientVersionHeader));

    private static EntryId EntryIdOf(DatasetId dataset) => new()
    {
        Id = new()
        {
            TimeNs = ulong.Parse(dataset.Value.AsSpan(0, 16), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture),
            Inc = ulong.Parse(dataset.Value.AsSpan(16), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture),
        },
    };
}

internal sealed record ClientGeneration(bool RefusesDuplicates, bool NamesFailedSegments, bool HasTaskBlobs, bool HearsInternalOfUnreadable)
{
    public static ClientGeneration Of(ServerCallContext context)
    {
        var old = context.RequestHeaders.GetValue("x-rerun-client-version")?.Contains("/0.36", StringComparison.Ordinal) == true;
        return new(old, !old, !old, old);
    }
}
