using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Strata.Contracts;

/// <summary>The name of one piece of work: this revision of this rule on these very inputs of this segment.</summary>
public static class WorkIds
{
    /// <summary>Ids of a hundred characters and two inputs.</summary>
    private const int UsualBytes = 512;

    public static Sha256Digest Of(DatasetId dataset, string segment, string rule, int revision, EquatableArray<DerivationInput> inputs)
    {
        // Hashed in one go: a hash that takes parts is an object of the system's library, which costs more than the hashing.
        var parts = new ArrayBufferWriter<byte>(UsualBytes);
        Add(parts, dataset.Value);
        Add(parts, segment);
        Add(parts, rule);
        Add(parts, revision.ToString(CultureInfo.InvariantCulture));
        foreach (var input in inputs)
        {
            Add(parts, input.Layer);
            Add(parts, input.Fingerprint.Value);
        }

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(parts.WrittenSpan, hash);
        return Sha256Digest.FromBytes(hash);
    }

    /// <summary>A NUL ends each part: ids must not contain one, so no two lists of parts hash alike.</summary>
    private static void Add(ArrayBufferWriter<byte> parts, string part)
    {
        Encoding.UTF8.GetBytes(part, parts);
        parts.GetSpan(1)[0] = 0;
        parts.Advance(1);
    }
}
