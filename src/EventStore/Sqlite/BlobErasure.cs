using System.Security.Cryptography;
using Strata.Contracts;

namespace Strata.EventStore.Sqlite;

/// <summary>
/// Deletes blobs so that their bytes are in no page of the file any more. Zeros over what is deleted are not enough: a page that was split, long before, keeps copies of what
/// moved to other pages. So the whole file is written anew, and the WAL, which holds the pages from before, is folded into it.
/// </summary>
internal sealed class BlobErasure(LogWriter writer, LogConnections connections)
{
    public async Task<int> RunAsync(IReadOnlyCollection<Sha256Digest> hashes, CancellationToken cancellationToken)
    {
        if (hashes.Count == 0)
        {
            return 0;
        }

        var erased = await writer.RunAsync(hashes.Count, session => new Written<int>(Delete(session, hashes), Keep: true), cancellationToken).ConfigureAwait(false);

        // Also where nothing was deleted now: one that died may have come no further than to delete.
        await writer.RunAloneAsync(WriteAnew, cancellationToken).ConfigureAwait(false);
        return erased;
    }

    private static int Delete(WriteSession session, IReadOnlyCollection<Sha256Digest> hashes)
    {
        var count = 0;
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        foreach (var hash in hashes)
        {
            hash.CopyTo(digest);
            count += (int)(session.Prepared("DELETE FROM strata_blobs WHERE hash = ?1 RETURNING 1").BindBlob(1, digest).ReadInt64() ?? 0);
        }

        return count;
    }

    /// <summary>
    /// The copy that SQLite makes is a file beside the log, since the log may be larger than memory, and than the machine's folder for such files. A reader that is at work keeps
    /// the WAL from being cut; the next checkpoint that nobody stands in the way of does it then.
    /// </summary>
    private void WriteAnew(WriteSession session)
    {
        var folder = Path.GetDirectoryName(connections.Path)!.Replace("'", "''", StringComparison.Ordinal);
        session.Execute($"PRAGMA temp_store_directory = '{folder}'; PRAGMA temp_store = FILE; VACUUM; PRAGMA temp_store = MEMORY; PRAGMA wal_checkpoint(TRUNCATE)");
    }
}
