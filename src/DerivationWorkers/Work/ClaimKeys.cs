using System.Buffers.Binary;
using System.Security.Cryptography;
using Strata.Contracts;
using Strata.Projections;

namespace Strata.DerivationWorkers;

/// <summary>
/// Under which id an item's claims and attempts are kept. Work that was settled can come up again with the same inputs (a base replaced back and forth, a rule resumed),
/// and a settled claim is settled for ever; so the event that opened the item is part of the key.
/// </summary>
public static class ClaimKeys
{
    public static Sha256Digest Of(WorkItem item)
    {
        ArgumentNullException.ThrowIfNull(item);
        Span<byte> key = stackalloc byte[SHA256.HashSizeInBytes + sizeof(long)];
        item.WorkId.CopyTo(key);
        BinaryPrimitives.WriteInt64BigEndian(key[SHA256.HashSizeInBytes..], item.OpenedAtPosition);
        return Sha256Digest.Of(key);
    }
}
