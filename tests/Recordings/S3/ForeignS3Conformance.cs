using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Strata.Contracts;
using Strata.Servers;

[assembly: AssemblyFixture(typeof(ForeignS3))]

namespace Strata.Recordings.Tests;

/// <summary>Over a server that is not ours, so that our own is not the only judge.</summary>
public sealed class ForeignS3Conformance(ForeignS3 server) : RecordingStoreConformance
{
    protected override Task<RecordingStoreUnderTest> CreateAsync()
    {
        Assert.SkipWhen(server.Address is null, server.Absence);
        return Task.FromResult<RecordingStoreUnderTest>(new ForeignBucketUnderTest(server.Address!));
    }
}

internal sealed class ForeignBucketUnderTest : BucketUnderTest
{
    private readonly AmazonS3Client _client;

    public ForeignBucketUnderTest(Uri address)
    {
        var keys = address.UserInfo.Split(':').Select(Uri.UnescapeDataString).ToArray();
        Bucket = address.AbsolutePath.Trim('/');
        Prefix = $"{Guid.CreateVersion7():N}/";
        Settings = new(new(address.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped)), null, keys[0], keys[1], UsesPathStyle: true);
        _client = new(
            new BasicAWSCredentials(keys[0], keys[1]),
            new AmazonS3Config { ServiceURL = Settings.Endpoint!.AbsoluteUri, ForcePathStyle = true, RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED, AuthenticationRegion = "us-east-1" });
    }

    protected override S3Settings Settings { get; }

    public override async Task<IReadOnlyList<string>> NamesAsync() =>
        [.. ((await _client.ListObjectsV2Async(new() { BucketName = Bucket, Prefix = Prefix })).S3Objects ?? []).Select(o => o.Key[Prefix.Length..])];

    public override Task RemoveAsync(string location) => _client.DeleteObjectAsync(Bucket, Prefix + location);

    public override Task OverwriteAsync(string location, byte[] bytes) =>
        _client.PutObjectAsync(new PutObjectRequest { BucketName = Bucket, Key = Prefix + location, InputStream = new MemoryStream(bytes), UseChunkEncoding = false });

    public override void Age(string location, TimeSpan age) => Assert.Skip("this server tells no object to be older than it is");

    public override async Task LeaveUnfinishedAsync()
    {
        try
        {
            await _client.ListMultipartUploadsAsync(Bucket);
        }
        catch (AmazonS3Exception e) when (S3Failures.IsUnknown(e))
        {
            Assert.Skip("this server does not list uploads that were begun");
        }

        await _client.InitiateMultipartUploadAsync(Bucket, Prefix + ContentNames.LocationOf(Sha256Digest.Of([9])));
    }

    public override async ValueTask DisposeAsync()
    {
        foreach (var name in await NamesAsync())
        {
            await RemoveAsync(name);
        }

        _client.Dispose();
        await base.DisposeAsync();
    }
}
