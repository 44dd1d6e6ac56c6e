using Strata.Contracts;
using Strata.Recordings;

namespace Strata.Cli;

/// <summary>The files of a catalog as a backup takes them and puts them back: of the data directory, or of the bucket that the settings name.</summary>
internal abstract class BackedUpFiles : IDisposable
{
    /// <summary>As messages name it.</summary>
    public abstract string Place { get; }

    /// <param name="scratch">A folder for what is fetched on the way, removed at the end.</param>
    public static BackedUpFiles Of(DataDirectory data, HostSettings settings, string scratch) =>
        S3HostSettings.Of(settings) is { Bucket: { } bucket } s3 ? new OfBucket(s3, bucket, data, scratch) : new OfFolder(data, settings);

    /// <returns>How many bytes; null where it is not there.</returns>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public abstract Task<long?> TakeAsync(string location, string to, CancellationToken cancellationToken);

    /// <returns>False: there is no such file to put back.</returns>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public abstract Task<bool> PutBackAsync(string from, string location, CancellationToken cancellationToken);

    public virtual void Dispose() => GC.SuppressFinalize(this);

    private sealed class OfFolder(DataDirectory data, HostSettings settings) : BackedUpFiles
    {
        public override string Place => data.RecordingsOf(settings);

        public override Task<long?> TakeAsync(string location, string to, CancellationToken cancellationToken) =>
            FileCopy.CopyAsync(data.FileOf(location, settings), to, cancellationToken);

        public override async Task<bool> PutBackAsync(string from, string location, CancellationToken cancellationToken)
        {
            var to = data.FileOf(location, settings);
            return File.Exists(to) || await FileCopy.CopyAsync(from, to, cancellationToken) is not null;
        }
    }

    private sealed class OfBucket : BackedUpFiles
    {
        private readonly string _scratch;
        private readonly S3Buckets _buckets;
        private readonly S3RecordingStore _store;

        public OfBucket(S3HostSettings s3, string bucket, DataDirectory data, string scratch)
        {
            // A cache of its own: a server of this data directory goes on with what it has.
            (_scratch, Place) = (scratch, $"s3://{bucket}/{s3.Prefix}");
            _buckets = new(s3.Store, [], scratch, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
            _store = new(new(bucket, s3.Prefix, data.OwnRecordings, new FileLock(data.OwnRecordings), [], null), _buckets);
        }

        public override string Place { get; }

        public override async Task<long?> TakeAsync(string location, string to, CancellationToken cancellationToken)
        {
            try
            {
                using var source = await _store.OpenAsync(new KeptBytes(KeepMode.Copy, location, null, null), cancellationToken);
                return await FileCopy.CopyAsync(source, location, to, cancellationToken);
            }
            catch (RecordingMissingException)
            {
                return null;
            }
        }

        public override async Task<bool> PutBackAsync(string from, string location, CancellationToken cancellationToken)
        {
            if (!File.Exists(from))
            {
                return false;
            }

            var kept = await _store.KeepAsync(new RecordingSource(from, from), KeepMode.Copy, cancellationToken);
            return kept.Kept.Location == location
                ? true
                : throw new InvalidDataException($"{from}: expected content with the SHA-256 that it is named by, found {kept.FileSha256}");
        }

        public override void Dispose()
        {
            _buckets.Dispose();
            if (Directory.Exists(_scratch))
            {
                Directory.Delete(_scratch, recursive: true);
            }

            base.Dispose();
        }
    }
}
