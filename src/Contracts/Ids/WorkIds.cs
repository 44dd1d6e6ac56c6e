using System.Security.Cryptography;
using System.Text;

namespace Strata.Contracts;

/// <summary>The name of one piece of work: this revision of this rule on these very inputs of this segment.</summary>
public static class WorkIds
{
    public static Sha256Digest Of(DatasetId dataset, string segment, string rule, int revision, EquatableArray<DerivationInput> inputs)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Add(hash, dataset.Value);
        Add(hash, segment);
        Add(hash, rule);
        Add(hash, revision.ToString(System.Globalization.CultureInfo.InvariantCulture));
        foreach (var input in inputs)
        {
            Add(hash, input.Layer);
            Add(hash, input.Fingerprint.Value);
        }

        return Sha256Digest.FromBytes(hash.GetHashAndReset());
    }

    /// <summary>A NUL ends each part: ids must not contain one, so no two lists of parts hash alike.</summary>
    private static void Add(IncrementalHash hash, string part)
    {
        hash.AppendData(Encoding.UTF8.GetBytes(part));
        hash.AppendData([0]);
    }
}
