using Strata.Contracts;

namespace Strata.Recordings;

/// <summary>The id of a prefix of a bucket, in an object below it.</summary>
/// <param name="prefix">Empty, or ends with a slash.</param>
internal sealed class BucketLabelFile(S3Objects objects, string bucket, string prefix) : ILabelFile
{
    private readonly string _key = $"{prefix}{ContentNames.Folder}/{StoreLabel.FileName}";

    public async Task<ReadOnlyMemory<byte>?> ReadAsync(int most, CancellationToken cancellationToken)
    {
        // No byte of an empty object can be asked for.
        if (await objects.HeadAsync(bucket, _key, cancellationToken) is not { } head)
        {
            return null;
        }

        var bytes = new byte[Math.Min(most, head.Length)];
        return bytes.Length == 0 ? bytes : await objects.ReadAsync(bucket, _key, null, 0, bytes, cancellationToken) is { } range ? bytes.AsMemory(0, range.Count) : null;
    }

    public async Task<bool> WriteAsync(ReadOnlyMemory<byte> bytes, bool onlyNew, CancellationToken cancellationToken)
    {
        var hash = Sha256Digest.Of(bytes.Span);
        switch (await objects.PutAsync(bucket, _key, bytes, hash, onlyNew, cancellationToken))
        {
            case PutOutcome.Stored:
                return true;
            case PutOutcome.WasThere:
                return false;
            default:
                // A server without conditions: of two that write at the same moment the later one stands, which the other one reads.
                return await objects.HeadAsync(bucket, _key, cancellationToken) is null
                    && await objects.PutAsync(bucket, _key, bytes, hash, onlyNew: false, cancellationToken) == PutOutcome.Stored;
        }
    }
}
