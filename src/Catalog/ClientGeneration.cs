using Grpc.Core;
using Strata.Catalog.Transport;

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

    /// <summary>One layer that stands already refuses the whole call: to 0.41 only that source's task fails. Source: §11.4.</summary>
    public bool RefusesDuplicates => IsOld;

    /// <summary>A file that cannot be read is INTERNAL to 0.36, INVALID_ARGUMENT to 0.41, with the same text. Source: §11.4.</summary>
    public StatusCode Unreadable => IsOld ? StatusCode.Internal : StatusCode.InvalidArgument;

    /// <summary>The row of a source that failed: without its segment for 0.36. Source: §11.4.</summary>
    public bool NamesFailedSegments => !IsOld;

    /// <summary>What a failed task says: the bare reason to 0.36, with a line before it that tells of which segment and layer to 0.41. Source: §11.4.</summary>
    public bool HearsBareReasons => IsOld;

    /// <summary>Column 5 of the table of tasks: the blob for 0.41, its length for 0.36. Source: §2.17.</summary>
    public bool HasTaskBlobs => !IsOld;

    /// <summary>What is wrong with an entry id of the right length that is no number.</summary>
    public string NoHexDigits => IsOld ? "invalid digit found in string" : "expected 32 hex characters (0-9A-Fa-f), found a non-hex character";

    /// <summary>How 0.36 looks for chunks; 0.41 has FindChunks, and QueryDataset is translated into it: <see cref="Reading.QueryDatasetRules"/>.</summary>
    public bool AsksByQueryDataset => IsOld;

    public static ClientGeneration Of(ServerCallContext context) => Parse(context.Header(Header));

    internal static ClientGeneration Parse(string? client)
    {
        var version = client?[(client.LastIndexOf('/') + 1)..].Split('-', '+')[0];
        return new(Version.TryParse(version, out var known) && known < Newer);
    }
}
