using Grpc.Core;

namespace Strata.Catalog;

/// <summary>
/// Which of the two recorded generations of clients asks, by its header <c>x-rerun-client-version</c> (<c>rerun-py/0.36.2</c>). All that is answered differently
/// stands here, and nowhere else; what is not listed is the same for both. Source: catalog-protocol §11.
/// </summary>
/// <remarks>
/// An unknown client is one of 0.41. What lies between 0.36 and 0.41 was not recorded; it gets the answers of 0.36, which clients of 0.41 understand too (§11.8).
/// </remarks>
internal readonly record struct ClientGeneration
{
    private const string Header = "x-rerun-client-version";

    private static readonly Version Newer = new(0, 41);

    private ClientGeneration(bool isOld) => IsOld = isOld;

    /// <summary>0.36.</summary>
    public bool IsOld { get; }

    /// <summary>The column <c>entry_kind</c> of <c>__entries</c>: Int32 for 0.36; UInt8 that names its component type for 0.41.</summary>
    public bool HasNarrowEntryKinds => !IsOld;

    public static ClientGeneration Of(ServerCallContext context) => Parse(context.RequestHeaders.GetValue(Header));

    internal static ClientGeneration Parse(string? client)
    {
        var version = client?[(client.LastIndexOf('/') + 1)..].Split('-', '+')[0];
        return new(Version.TryParse(version, out var known) && known < Newer);
    }
}
