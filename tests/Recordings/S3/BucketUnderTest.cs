using Microsoft.Extensions.Logging.Abstractions;

namespace Strata.Recordings.Tests;

/// <summary>A store over an S3-compatible server.</summary>
public abstract class BucketUnderTest : RecordingStoreUnderTest
{
    private readonly List<S3Buckets> _buckets = [];
    private IRecordingStore? _store;
    private int _opened;

    public override IRecordingStore Store => _store ??= OpenAnother();

    public string Bucket { get; protected init; } = "fleet";

    public string Prefix { get; protected init; } = "strata/";

    /// <summary>Of the last store that was opened.</summary>
    internal BlockCache Cache => _buckets[^1].Cache;

    internal long CacheBytes { get; set; } = S3Buckets.CacheBytes;

    internal string[] Sources { get; init; } = [];

    protected abstract S3Settings Settings { get; }

    /// <summary>Each has a cache of its own, as each machine has.</summary>
    public override IRecordingStore OpenAnother(IStoreAdmission? admission = null) => Open($"cache-{++_opened}", admission);

    /// <param name="cache">Folder of its cache, which a process before it may have left behind.</param>
    internal IRecordingStore Open(string cache, IStoreAdmission? admission = null)
    {
        _buckets.Add(new(Settings, [.. Sources], Folder.Path(cache), CacheBytes, NullLogger.Instance));
        return new S3RecordingStore(new(Bucket, Prefix, Folder.Path("recordings"), new FileLock(Folder.Path("recordings")), [], null) { Admission = admission }, _buckets[^1]);
    }

    public override async ValueTask DisposeAsync()
    {
        foreach (var buckets in _buckets)
        {
            buckets.Dispose();
        }

        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
