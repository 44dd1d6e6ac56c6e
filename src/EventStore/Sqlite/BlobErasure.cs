using System.Security.Cryptography;
using Strata.Contracts;

namespace Strata.EventStore.Sqlite;

/// <summary>Deletes blobs so that their bytes are in no page of the file any more, and folds the WAL, which holds the pages from before, into it.</summary>
internal sealed class BlobErasure(LogWriter writer, LogConnections connections)
{
    public async Task<int> RunAsync(IReadOnlyCollection<Sha256Digest> hashes, CancellationToken cancellationToken)
    {
        var erased = await writer.RunAsync(hashes.Count, session => new Written<int>(Delete(session, hashes), Keep: true), cancellationToken).ConfigureAwait(false);
        await Task.Run(Checkpoint, cancellationToken).ConfigureAwait(false);
        return erased;
    }

    private static int Delete(WriteSession session, IReadOnlyCollection<Sha256Digest> hashes)
    {
        var count = 0;
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];

        // What is deleted is overwritten with zeros, for this work only: it costs each deletion a write more.
        session.Execute("PRAGMA secure_delete = ON");
        foreach (var hash in hashes)
        {
            hash.CopyTo(digest);
            count += (int)(session.Prepared("DELETE FROM strata_blobs WHERE hash = ?1 RETURNING 1").BindBlob(1, digest).ReadInt64() ?? 0);
        }

        session.Execute("PRAGMA secure_delete = OFF");
        return count;
    }

    /// <summary>A reader that is at work keeps the WAL from being cut; the next checkpoint that nobody stands in the way of does it then.</summary>
    private void Checkpoint()
    {
        using var connection = connections.OpenWriter();
        LogConnections.Execute(connection, "PRAGMA wal_checkpoint(TRUNCATE)");
    }
}
