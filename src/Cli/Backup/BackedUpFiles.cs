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

    /// <param name="wholeUntilNs">Read is only what changed since; null: it is read.</param>
    public abstract Task<CopyCondition> LookAsync(NamedFile file, long? wholeUntilNs, CancellationToken cancellationToken);

    /// <returns>How many bytes; null where it is not there.</returns>
    /// <exception cref="InvalidDataException">It is damaged, or cannot be read.</exception>
    public abstract Task<long?> TakeAsync(NamedFile file, string to, CancellationToken cancellationToken);

    /// <summary>Unless it is there, whole.</summary>
    /// <returns>False: there is no such file to put back.</returns>
    /// <exception cref="InvalidDataException">What would be put back is damaged, or cannot be read.</exception>
    public abstract Task<bool> PutBackAsync(string from, NamedFile file, CancellationToken cancellationToken);

    /// <summary>Makes the names of what was put back durable.</summary>
    public abstract void Flush();

    public virtual void Dispose() => GC.SuppressFinalize(this);

    private sealed class OfFolder(DataDirectory data, HostSettings settings) : BackedUpFiles
    {
        private readonly WrittenFolders _written = new();

        public override string Place => data.RecordingsOf(settings);

        public override Task<CopyCondition> LookAsync(NamedFile file, long? wholeUntilNs, CancellationToken cancellationToken) =>
            FileCopy.LookAsync(data.FileOf(file.Location, settings), file, wholeUntilNs, cancellationToken);

        public override Task<long?> TakeAsync(NamedFile file, string to, CancellationToken cancellationToken) =>
            FileCopy.CopyAsync(data.FileOf(file.Location, settings), to, cancellationToken);

        public override async Task<bool> PutBackAsync(string from, NamedFile file, CancellationToken cancellationToken)
        {
            var to = data.FileOf(file.Location, settings);
            if (await FileCopy.LookAsync(to, file, wholeUntilNs: null, cancellationToken) != CopyCondition.Whole && await FileCopy.CopyAsync(from, to, cancellationToken) is null)
            {
                return false;
            }

            _written.Add(to, Place);
            return true;
        }

        public override void Flush() => _written.Flush(Path.GetDirectoryName(Place)!);
    }

    private sealed class OfBucket : BackedUpFiles
    {
        private readonly string _scratch;
        private readonly S3Buckets _buckets;
        private readonly S3RecordingStore _store;
        private Dictionary<string, StoredFile>? _listed;

        public OfBucket(S3HostSettings s3, string bucket, DataDirectory data, string scratch)
        {
            // A cache of its own: a server of this data directory goes on with what it has.
            (_scratch, Place) = (scratch, $"s3://{bucket}/{s3.Prefix}");
            _buckets = new(s3.Store, [], scratch, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
            _store = new(new(bucket, s3.Prefix, data.OwnRecordings, new FileLock(data.OwnRecordings), [], null), _buckets);
        }

        public override string Place { get; }

        public override async Task<CopyCondition> LookAsync(NamedFile file, long? wholeUntilNs, CancellationToken cancellationToken)
        {
            // A thousand of them in one answer, instead of an answer for each.
            _listed ??= await _store.ListAsync(cancellationToken).Where(f => f.Location == f.Name).ToDictionaryAsync(f => f.Name, StringComparer.Ordinal, cancellationToken);
            if (_listed.TryGetValue(file.Location, out var found) && file.IsLike(found.SizeBytes, found.ModifiedAtNs, wholeUntilNs))
            {
                return CopyCondition.Whole;
            }

            try
            {
                using var source = await OpenAsync(file, cancellationToken);
                await FileCopy.RequireWholeAsync(source, file.Location, cancellationToken);
                return CopyCondition.Whole;
            }
            catch (RecordingMissingException)
            {
                return CopyCondition.Absent;
            }
            catch (InvalidDataException)
            {
                return CopyCondition.Damaged;
            }
        }

        public override async Task<long?> TakeAsync(NamedFile file, string to, CancellationToken cancellationToken)
        {
            try
            {
                using var source = await OpenAsync(file, cancellationToken);
                return await FileCopy.CopyAsync(source, file.Location, to, cancellationToken);
            }
            catch (RecordingMissingException)
            {
                return null;
            }
        }

        public override async Task<bool> PutBackAsync(string from, NamedFile file, CancellationToken cancellationToken)
        {
            try
            {
                return await _store.RestoreAsync(new RecordingSource(from, from), Kept(file), cancellationToken) != CopyState.Lost
                    ? true
                    : throw new InvalidDataException($"{from}: expected content with the SHA-256 that it is named by, found other content");
            }
            catch (RecordingMissingException)
            {
                return false;
            }
        }

        public override void Flush()
        {
            // What a bucket took stays.
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

        private static KeptBytes Kept(NamedFile file) => new(KeepMode.Copy, file.Location, null, null);

        private ValueTask<IOpenRecording> OpenAsync(NamedFile file, CancellationToken cancellationToken) => _store.OpenAsync(Kept(file), cancellationToken);
    }
}
