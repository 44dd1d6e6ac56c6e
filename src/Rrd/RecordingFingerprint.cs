using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Strata.Rrd;

/// <summary>
/// The identity of a recording's content, the same however its bytes came (moved, concatenated, with footer or without):
/// SHA-256 over, for each chunk in ascending order of id, its id (16 bytes, big-endian), its stored size and its row count (each 8 bytes, little-endian),
/// followed by the 32 bytes of the schema hash. A chunk id that comes twice counts once, the first in the file.
/// </summary>
public static class RecordingFingerprint
{
    private const int EntryBytes = Tuid.Size + sizeof(ulong) + sizeof(ulong);

    /// <summary>The fingerprint of a store, from its index alone: no chunk is read.</summary>
    /// <returns>32 bytes.</returns>
    public static byte[] Of(RrdStore store)
    {
        ArgumentNullException.ThrowIfNull(store);
        var manifest = store.Manifest;
        var ids = manifest.ChunkIds.ToArray();
        var order = new int[ids.Length];
        for (var k = 0; k < order.Length; k++)
        {
            order[k] = k;
        }

        Array.Sort(order, (a, b) => ids[a].CompareTo(ids[b]) is var byId and not 0 ? byId : a.CompareTo(b));
        var content = new byte[(order.Length * EntryBytes) + store.SchemaSha256.Length];
        var filled = 0;
        for (var k = 0; k < order.Length; k++)
        {
            if (k > 0 && ids[order[k]] == ids[order[k - 1]])
            {
                continue;
            }

            var entry = content.AsSpan(filled, EntryBytes);
            ids[order[k]].WriteBigEndian(entry);
            BinaryPrimitives.WriteInt64LittleEndian(entry[Tuid.Size..], manifest.ByteSizes[order[k]]);
            BinaryPrimitives.WriteInt64LittleEndian(entry[(Tuid.Size + sizeof(ulong))..], manifest.NumRows[order[k]]);
            filled += EntryBytes;
        }

        store.SchemaSha256.Span.CopyTo(content.AsSpan(filled));
        return SHA256.HashData(content.AsSpan(0, filled + store.SchemaSha256.Length));
    }
}
