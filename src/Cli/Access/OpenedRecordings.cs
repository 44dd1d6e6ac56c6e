using Microsoft.Extensions.Logging.Abstractions;
using Strata.Recordings;

namespace Strata.Cli;

/// <summary>The place of recordings alone, as the settings name it, for commands that hold the data directory and need no more of Strata.</summary>
internal sealed class OpenedRecordings : IDisposable
{
    private readonly S3Buckets? _buckets;

    private OpenedRecordings(RecordingStore store, S3Buckets? buckets) => (Files, Label, _buckets) = (store, store.Label, buckets);

    public IRecordingStore Files { get; }

    public IStoreLabel Label { get; }

    public static OpenedRecordings Of(DataDirectory data, HostSettings settings)
    {
        if (S3HostSettings.Of(settings) is not { Bucket: { } bucket } s3)
        {
            return new(new LocalRecordingStore(new(data.Path, [], null) { Folder = data.RecordingsOf(settings) }), null);
        }

        var buckets = new S3Buckets(s3.Store, [], Path.Combine(data.Path, RecordingStores.CacheFolder), NullLogger.Instance);
        return new(new S3RecordingStore(new(bucket, s3.Prefix, data.OwnRecordings, new FileLock(data.OwnRecordings), [], null), buckets), buckets);
    }

    public void Dispose() => _buckets?.Dispose();
}
