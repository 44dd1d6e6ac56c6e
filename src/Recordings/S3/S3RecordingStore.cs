namespace Strata.Recordings;

/// <summary>Copies lie in a bucket, under the names that they have in a folder.</summary>
public sealed class S3RecordingStore : RecordingStore
{
    /// <param name="buckets">Stays the caller's.</param>
    public S3RecordingStore(S3RecordingStoreOptions options, S3Buckets buckets)
        : this(options, buckets, ContentOf(options, buckets))
    {
    }

    private S3RecordingStore(S3RecordingStoreOptions options, S3Buckets buckets, ContentBucket content)
        : base(
            content,
            new(Path.GetFullPath(options.Folder), new LocalDisk()),
            [buckets.Sources, new LocalSources(options.ReferenceRoots, options.AllowedRoots)],
            options.Lock,
            new(options.Admission, new StoreLabel($"{S3Url.Scheme}{options.Bucket}/{options.Prefix}", new BucketLabelFile(buckets.Objects, options.Bucket, options.Prefix), content)))
    {
    }

    private static ContentBucket ContentOf(S3RecordingStoreOptions options, S3Buckets buckets)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(buckets);
        return new(buckets.Objects, buckets.Cache, buckets.InFlight, options.Bucket, options.Prefix);
    }
}
