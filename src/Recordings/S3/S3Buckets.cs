using System.Collections.Immutable;
using Amazon;
using Amazon.Runtime;
using Amazon.S3;
using Microsoft.Extensions.Logging;

namespace Strata.Recordings;

/// <summary>The object store of a process: its connection, and what of its objects lies on the local disk.</summary>
public sealed class S3Buckets : IDisposable
{
    /// <summary>Some thousand parts of large recordings, or the whole of ten thousands of small ones; little on a disk of today.</summary>
    public const long CacheBytes = 2L << 30;

    private const string UsualRegion = "us-east-1";

    /// <summary>No single answer takes as long: a part of 16 MiB over 1 Mbit/s takes two minutes.</summary>
    private static readonly TimeSpan LongestAnswer = TimeSpan.FromMinutes(5);

    private readonly AmazonS3Client _client;

    /// <param name="sources">Buckets whose objects may be registered: <c>bucket</c> or <c>bucket/folder</c>. Source: DESIGN rule 12.</param>
    /// <param name="cacheFolder">Of this process alone. All in it may be deleted at any time.</param>
    public S3Buckets(S3Settings settings, ImmutableArray<string> sources, string cacheFolder, ILogger logger)
        : this(settings, sources, cacheFolder, CacheBytes, logger)
    {
    }

    internal S3Buckets(S3Settings settings, ImmutableArray<string> sources, string cacheFolder, long cacheBytes, ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(settings);
        _client = Connect(settings);
        Objects = new(_client, settings.Name);
        Cache = new(Path.Combine(cacheFolder, "blocks"), cacheBytes, logger);
        var fetched = Path.Combine(cacheFolder, "fetched");
        if (Directory.Exists(fetched))
        {
            // Of a process that was killed while it copied.
            Directory.Delete(fetched, recursive: true);
        }

        Sources = new BucketSources(Objects, Cache, [.. sources.Select(BucketFolder.Parse)], fetched);
    }

    internal S3Objects Objects { get; }

    internal BlockCache Cache { get; }

    internal BytesInFlight InFlight { get; } = new();

    internal ISourcePlace Sources { get; }

    /// <summary>Whether the store answers and lets us look into a bucket.</summary>
    /// <exception cref="RecordingStorageException">It does not; says why and what to do.</exception>
    public Task LookAsync(string bucket, string prefix, CancellationToken cancellationToken) => Objects.ListAsync(bucket, prefix, after: null, cancellationToken);

    /// <inheritdoc cref="LookAsync(string, string, CancellationToken)"/>
    /// <remarks>For who has nothing else to do there.</remarks>
    public static async Task LookAsync(S3Settings settings, string bucket, string prefix, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(settings);
        using var client = Connect(settings);
        await new S3Objects(client, settings.Name).ListAsync(bucket, prefix, after: null, cancellationToken);
    }

    public void Dispose()
    {
        _client.Dispose();
        InFlight.Dispose();
    }

    private static AmazonS3Client Connect(S3Settings settings)
    {
        var config = new AmazonS3Config
        {
            ForcePathStyle = settings.UsesPathStyle,
            Timeout = LongestAnswer,

            // Whoever reads a body has to begin anew when it breaks off, which the client cannot do: one place repeats, and it is not this one.
            MaxErrorRetry = 0,

            // Each upload brings the SHA-256 that it must have. What the client would add by itself, not all servers understand.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        };
        if (settings.Endpoint is { } endpoint)
        {
            config.ServiceURL = endpoint.AbsoluteUri;
            config.AuthenticationRegion = settings.Region ?? UsualRegion;
        }
        else if (settings.Region is { } region)
        {
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(region);
        }

        return settings is { AccessKey: { } access, SecretKey: { } secret } ? new(new BasicAWSCredentials(access, secret), config) : new(config);
    }
}
