using System.Buffers.Binary;
using Strata.Contracts;
using Strata.Rrd;

namespace Strata.Recordings;

/// <summary>
/// The identity of a recording's content, the same however its bytes came (moved, concatenated, with footer or without):
/// SHA-256 over, for each chunk in ascending order of id, its id (16 bytes, big-endian), its stored size and its row count (each 8 bytes, little-endian),
/// followed by the 32 bytes of the schema hash. A chunk id that comes twice counts once, the first in the file. Source: DESIGN §5.
/// </summary>
public static class RecordingFingerprint
{
    private const int EntryBytes = Tuid.Size + sizeof(ulong) + sizeof(ulong);

    /// <param name="schemaSha256">32 bytes. Source: rrd-format §9.4.</param>
    public static Sha256Digest Of(RrdManifest manifest, ReadOnlySpan<byte> schemaSha256)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        var ids = manifest.ChunkIds.ToArray();
        var order = new int[ids.Length];
        for (var k = 0; k < order.Length; k++)
        {
            order[k] = k;
        }

        Array.Sort(order, (a, b) => ids[a].CompareTo(ids[b]) is var byId and not 0 ? byId : a.CompareTo(b));
        var content = new byte[(order.Length * EntryBytes) + schemaSha256.Length];
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

        schemaSha256.CopyTo(content.AsSpan(filled));
        return Sha256Digest.Of(content.AsSpan(0, filled + schemaSha256.Length));
    }
}
