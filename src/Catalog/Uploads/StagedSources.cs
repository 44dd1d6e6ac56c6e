using Strata.Catalog.Access;
using Strata.Catalog.Protocol;
using Strata.Contracts;
using Strata.Recordings;

namespace Strata.Catalog.Uploads;

/// <summary>Finds what the sources of a request name of staged files.</summary>
internal static class StagedSources
{
    /// <returns>URL → the bytes; what is not there, or was sent by somebody else, is not in it.</returns>
    public static async Task<IReadOnlyDictionary<string, KeptFile>> FindAsync(
        IStagedRecordings staged, IEnumerable<DataSource> sources, CallAccess access, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, KeptFile>(StringComparer.Ordinal);
        foreach (var url in sources.Select(s => s.StorageUrl).Distinct(StringComparer.Ordinal))
        {
            if (StagedUrl.KeyOf(url) is { } key && await staged.FindAsync(key, cancellationToken) is { } recording && (recording.Owner == access.Subject || access.Can(AccessScope.Admin)))
            {
                found.Add(url, recording.File);
            }
        }

        return found;
    }
}
