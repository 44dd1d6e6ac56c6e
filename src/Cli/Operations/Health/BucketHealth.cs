using Strata.Recordings;
using Strata.Web;

namespace Strata.Cli;

/// <summary>Whether the bucket of recordings answers: without it nothing is registered, derived or read.</summary>
internal sealed class BucketHealth(S3Buckets buckets, string bucket, string prefix) : IPartHealth
{
    public string Name => RecordingsHealth.PartName;

    public async Task<PartFinding> LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            await buckets.LookAsync(bucket, prefix, cancellationToken);
            return PartFinding.Ok;
        }
        catch (RecordingStorageException e)
        {
            return PartFinding.Down(e.Message, "what waits goes on by itself when the bucket answers");
        }
    }
}
