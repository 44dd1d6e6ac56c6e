using Grpc.Core;
using Strata.Catalog.Access;
using Strata.Catalog.Protocol;
using Strata.Catalog.Transport;
using Strata.Contracts;
using DatasetEntry = Strata.Projections.DatasetEntry;

namespace Strata.Catalog.Entries;

/// <summary>
/// Which entry a call is about. Most calls name it in a header, by id or by name; some in their body as well, and where both are set they must agree.
/// Source: catalog-protocol §1.8.
/// </summary>
internal static class EntryAddress
{
    private const string IdHeader = "x-rerun-entry-id";
    private const string NameHeader = "x-rerun-entry-name-bin";
    private const int IdDigits = 32;

    /// <summary>The dataset of a call that has no id in its body. The caller may do with it what the RPC needs at least.</summary>
    /// <exception cref="CatalogException">No header, a malformed one, no such dataset, or not for this caller.</exception>
    public static async Task<DatasetEntry> RequireDatasetAsync(this CatalogPorts ports, ServerCallContext context)
    {
        if (IdOf(context) is { } id)
        {
            return await ports.RequireDatasetAsync(context, id);
        }

        var name = NameOf(context) ?? throw CatalogException.InvalidArgument($"missing mandatory [\"{IdHeader}\", \"{NameHeader}\"] HTTP headers");
        return Allowed(context, await ports.ReadModels.Moments.FindAsync(name, context.CancellationToken)) ?? throw CatalogException.NotFound($"Entry name '{name}' not found");
    }

    /// <summary>As above, with an id from elsewhere in the call.</summary>
    /// <exception cref="CatalogException">No such dataset (a table is none), or not for this caller.</exception>
    public static async Task<DatasetEntry> RequireDatasetAsync(this CatalogPorts ports, ServerCallContext context, DatasetId id) =>
        Allowed(context, await ports.ReadModels.Moments.FindAsync(id, context.CancellationToken)) ?? throw NotFound(id);

    /// <summary>The dataset of a call that changes it.</summary>
    /// <exception cref="CatalogException">As for any call; or it shows a past state, which is never changed.</exception>
    public static async Task<DatasetEntry> RequireChangeableAsync(this CatalogPorts ports, ServerCallContext context) => Changeable(await ports.RequireDatasetAsync(context));

    /// <summary>One whose layers, details or properties can be changed.</summary>
    /// <exception cref="CatalogException">It shows a past state.</exception>
    public static DatasetEntry Changeable(DatasetEntry entry) => entry.AsOf is { } position
        ? throw CatalogException.FailedPrecondition(
            $"'{entry.Name}' shows dataset '{EntryIdText.Of(entry.Source)}' as of position {position}: a past state is read and never changed; change the dataset itself")
        : entry;

    /// <summary>The entry of a call that may name it in its body too.</summary>
    /// <exception cref="CatalogException">Neither names one, or each another.</exception>
    public static DatasetId RequireId(ServerCallContext context, EntryId? body)
    {
        var (header, inBody) = (IdOf(context), body?.ToDatasetId());
        if (header is { } one && inBody is { } other && one != other)
        {
            throw CatalogException.InvalidArgument(
                $"mismatched entry ids: the '{IdHeader}' header says '{EntryIdText.Of(one)}', but the request body says '{EntryIdText.Of(other)}'");
        }

        return header ?? inBody ?? throw CatalogException.InvalidArgument("missing entry id in request header and body");
    }

    public static CatalogException NotFound(DatasetId id) => CatalogException.NotFound($"Entry id '{EntryIdText.Of(id)}' not found");

    private static DatasetEntry? Allowed(ServerCallContext context, DatasetEntry? entry)
    {
        if (entry is not null)
        {
            context.Access().RequireLeast(entry.Owner);
        }

        return entry;
    }

    private static DatasetId? IdOf(ServerCallContext context)
    {
        if (context.Header(IdHeader) is not { } text)
        {
            return null;
        }

        var fault = text.Length != IdDigits ? $"expected exactly {IdDigits} hex characters, got {text.Length} bytes" : text.All(char.IsAsciiHexDigit) ? null : ClientGeneration.Of(context).NoHexDigits;
        return fault is null ? new DatasetId(text.ToLowerInvariant()) : throw CatalogException.InvalidArgument($"'\"{text}\"' is not a valid value for '{IdHeader}': {fault}");
    }

    private static string? NameOf(ServerCallContext context)
    {
        if (context.Header(NameHeader) is not { } text)
        {
            return null;
        }

        var name = Decode(text) ?? throw CatalogException.InvalidArgument($"'\"{text}\"' is not a valid value for '{NameHeader}': failed to parse metadata value (expected base64 of UTF-8 text)");
        return RefuseAddress(name) is { } refusal ? throw CatalogException.InvalidArgument(refusal) : name;
    }

    /// <summary>The name of an entry, or of a moment of one: its time may hold what no name may.</summary>
    /// <returns>What is wrong with it in Rerun's words, or null when it is allowed.</returns>
    public static string? RefuseAddress(string name) => Names.RefuseEntryName(MomentName.TryParse(name)?.Dataset ?? name);

    /// <summary>Standard base64, with or without padding.</summary>
    private static string? Decode(string base64)
    {
        var padded = base64.TrimEnd('=');
        padded += new string('=', -padded.Length & 3);
        var bytes = new byte[padded.Length];
        return Convert.TryFromBase64String(padded, bytes, out var length) && System.Text.Unicode.Utf8.IsValid(bytes.AsSpan(0, length))
            ? System.Text.Encoding.UTF8.GetString(bytes, 0, length)
            : null;
    }
}
