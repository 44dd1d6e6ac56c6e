using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Polly;
using Polly.Retry;
using Strata.Contracts;

namespace Strata.Recordings;

/// <summary>Single requests to an object store, tried again while what fails is likely to pass, and failing in words.</summary>
/// <param name="store">As errors name it.</param>
internal sealed class S3Objects(IAmazonS3 client, string store)
{
    /// <summary>About a second and a half in all: a longer fault is for the caller to wait for, who knows what else it could do.</summary>
    private const int Retries = 4;

    /// <summary>Of one attempt, beside the time for its bytes.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>Slower than this a connection counts as dead: 1 Mbit/s.</summary>
    private const int SlowestBytesPerSecond = 128 * 1024;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);

    private static readonly ResiliencePipeline Again = new ResiliencePipelineBuilder()
        .AddRetry(new RetryStrategyOptions
        {
            ShouldHandle = static attempt => ValueTask.FromResult(attempt.Outcome.Exception is { } failure && S3Failures.Passes(failure, attempt.Context.CancellationToken.IsCancellationRequested)),
            MaxRetryAttempts = Retries,
            Delay = FirstPause,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
        })
        .Build();

    /// <returns>Null: there is no such object.</returns>
    public Task<ObjectHead?> HeadAsync(string bucket, string key, CancellationToken cancellationToken) => RunAsync<ObjectHead?>(
        bucket,
        key,
        "read",
        0,
        async token =>
        {
            try
            {
                var head = await client.GetObjectMetadataAsync(new GetObjectMetadataRequest { BucketName = bucket, Key = key, ChecksumMode = ChecksumMode.ENABLED }, token);
                return new(head.ContentLength, head.ETag, NanosecondsOf(head.LastModified), head.ChecksumSHA256);
            }
            catch (AmazonServiceException e) when (S3Failures.IsMissing(e))
            {
                // An answer to HEAD has no body, and does not tell a missing object from a missing bucket.
                await RequireBucketAsync(bucket, key, token);
                return null;
            }
        },
        cancellationToken);

    /// <summary>Fills <paramref name="destination"/> from <paramref name="offset"/> on, as far as the object goes.</summary>
    /// <param name="ifMatch">The ETag that it must still have; null: any.</param>
    /// <returns>Null: there is no such object.</returns>
    /// <exception cref="ObjectChangedException">It has another ETag by now.</exception>
    public Task<ObjectRange?> ReadAsync(string bucket, string key, string? ifMatch, long offset, Memory<byte> destination, CancellationToken cancellationToken) => RunAsync<ObjectRange?>(
        bucket,
        key,
        "read",
        destination.Length,
        async token =>
        {
            try
            {
                using var answer = await client.GetObjectAsync(
                    new GetObjectRequest { BucketName = bucket, Key = key, EtagToMatch = ifMatch, ByteRange = new ByteRange(offset, offset + destination.Length - 1) }, token);
                var expected = (int)Math.Min(destination.Length, answer.ContentLength);
                await answer.ResponseStream.ReadExactlyAsync(destination[..expected], token);
                return new(expected, new(LengthOf(answer), answer.ETag, NanosecondsOf(answer.LastModified), null));
            }
            catch (AmazonServiceException e) when (S3Failures.IsMissing(e))
            {
                return null;
            }
            catch (AmazonServiceException e) when (S3Failures.IsStatus(e, HttpStatusCode.PreconditionFailed))
            {
                throw new ObjectChangedException();
            }
        },
        cancellationToken);

    /// <summary>Signs a URL at which the object can be read for so long, also when our credentials are not known there. Asks the store nothing.</summary>
    public Task<Uri> ShareAsync(string bucket, string key, TimeSpan lasting, CancellationToken cancellationToken) => RunAsync(
        bucket,
        key,
        "read",
        0,
        async _ => new Uri(await client.GetPreSignedURLAsync(new GetPreSignedUrlRequest
        {
            BucketName = bucket,
            Key = key,
            Verb = HttpVerb.GET,
            Expires = (TimeProvider.System.GetUtcNow() + lasting).UtcDateTime,

            // The client takes HTTPS, whatever the endpoint is.
            Protocol = client.Config.ServiceURL?.StartsWith("http:", StringComparison.OrdinalIgnoreCase) == true ? Protocol.HTTP : Protocol.HTTPS,
        })),
        cancellationToken);

    /// <param name="hash">The server refuses other bytes than these.</param>
    /// <param name="onlyNew">Only where there is no such object.</param>
    public Task<PutOutcome> PutAsync(string bucket, string key, ReadOnlyMemory<byte> bytes, Sha256Digest hash, bool onlyNew, CancellationToken cancellationToken) => RunAsync(
        bucket,
        key,
        "write",
        bytes.Length,
        async token =>
        {
            try
            {
                await client.PutObjectAsync(
                    new PutObjectRequest
                    {
                        BucketName = bucket,
                        Key = key,
                        InputStream = bytes.AsStream(),
                        ChecksumSHA256 = Base64Of(hash),
                        IfNoneMatch = onlyNew ? "*" : null,
                        UseChunkEncoding = false,
                    },
                    token);
                return PutOutcome.Stored;
            }
            catch (AmazonServiceException e) when (onlyNew && S3Failures.IsStatus(e, HttpStatusCode.PreconditionFailed))
            {
                return PutOutcome.WasThere;
            }
            catch (AmazonServiceException e) when (onlyNew && S3Failures.IsUnknown(e))
            {
                return PutOutcome.ConditionUnknown;
            }
        },
        cancellationToken);

    /// <summary>Gives an object a new time, and nothing else.</summary>
    public Task<TouchOutcome> TouchAsync(string bucket, string key, CancellationToken cancellationToken) => RunAsync(
        bucket,
        key,
        "write",
        0,
        async token =>
        {
            try
            {
                await client.CopyObjectAsync(
                    new CopyObjectRequest
                    {
                        SourceBucket = bucket,
                        SourceKey = key,
                        DestinationBucket = bucket,
                        DestinationKey = key,
                        MetadataDirective = S3MetadataDirective.REPLACE,
                        ChecksumAlgorithm = ChecksumAlgorithm.SHA256,
                    },
                    token);
                return TouchOutcome.Young;
            }
            catch (AmazonServiceException e) when (S3Failures.IsMissing(e))
            {
                return TouchOutcome.Missing;
            }
            catch (AmazonServiceException e) when (S3Failures.IsUnknown(e) || S3Failures.IsMissingBucket(e))
            {
                // Some servers do not find the source of a copy in a header whose slashes are escaped, as the client sends it, and call its bucket missing.
                return TouchOutcome.CopyUnknown;
            }
        },
        cancellationToken);

    public Task DeleteAsync(string bucket, string key, CancellationToken cancellationToken) =>
        RunAsync(bucket, key, "write", 0, token => client.DeleteObjectAsync(bucket, key, token), cancellationToken);

    public Task<ListObjectsV2Response> ListAsync(string bucket, string prefix, string? after, CancellationToken cancellationToken) => RunAsync(
        bucket, prefix, "read", 0, token => client.ListObjectsV2Async(new ListObjectsV2Request { BucketName = bucket, Prefix = prefix, ContinuationToken = after }, token), cancellationToken);

    /// <returns>Null: the server does not list them.</returns>
    public Task<ListMultipartUploadsResponse?> ListUploadsAsync(string bucket, string prefix, string? afterKey, string? afterId, CancellationToken cancellationToken) => RunAsync<ListMultipartUploadsResponse?>(
        bucket,
        prefix,
        "read",
        0,
        async token =>
        {
            try
            {
                return await client.ListMultipartUploadsAsync(new ListMultipartUploadsRequest { BucketName = bucket, Prefix = prefix, KeyMarker = afterKey, UploadIdMarker = afterId }, token);
            }
            catch (AmazonServiceException e) when (S3Failures.IsUnknown(e))
            {
                return null;
            }
        },
        cancellationToken);

    public Task<string> BeginUploadAsync(string bucket, string key, CancellationToken cancellationToken) => RunAsync(
        bucket,
        key,
        "write",
        0,
        async token => (await client.InitiateMultipartUploadAsync(new InitiateMultipartUploadRequest { BucketName = bucket, Key = key, ChecksumAlgorithm = ChecksumAlgorithm.SHA256 }, token)).UploadId,
        cancellationToken);

    /// <param name="number">From 1.</param>
    public Task<PartETag> UploadPartAsync(string bucket, string key, string uploadId, int number, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) => RunAsync(
        bucket,
        key,
        "write",
        bytes.Length,
        async token =>
        {
            var checksum = Base64Of(Sha256Digest.Of(bytes.Span));
            var part = await client.UploadPartAsync(
                new UploadPartRequest
                {
                    BucketName = bucket,
                    Key = key,
                    UploadId = uploadId,
                    PartNumber = number,
                    PartSize = bytes.Length,
                    InputStream = bytes.AsStream(),
                    ChecksumSHA256 = checksum,
                    UseChunkEncoding = false,
                },
                token);
            return new PartETag(number, part.ETag) { ChecksumSHA256 = checksum };
        },
        cancellationToken);

    public Task CompleteUploadAsync(string bucket, string key, string uploadId, List<PartETag> parts, CancellationToken cancellationToken) => RunAsync(
        bucket,
        key,
        "write",
        0,
        async token =>
        {
            try
            {
                await client.CompleteMultipartUploadAsync(new CompleteMultipartUploadRequest { BucketName = bucket, Key = key, UploadId = uploadId, PartETags = parts }, token);
            }
            catch (AmazonServiceException e) when (S3Failures.IsMissingUpload(e))
            {
                // An answer that was lost may have been that it is done: then there is the object, and the upload is not.
                await client.GetObjectMetadataAsync(bucket, key, token);
            }

            return true;
        },
        cancellationToken);

    /// <returns>False: there was none.</returns>
    public Task<bool> AbortUploadAsync(string bucket, string key, string uploadId, CancellationToken cancellationToken) => RunAsync(
        bucket,
        key,
        "write",
        0,
        async token =>
        {
            try
            {
                await client.AbortMultipartUploadAsync(bucket, key, uploadId, token);
                return true;
            }
            catch (AmazonServiceException e) when (S3Failures.IsMissingUpload(e))
            {
                return false;
            }
        },
        cancellationToken);

    /// <summary>Whole seconds: finer times are told in lists only, and not by all.</summary>
    public static long NanosecondsOf(DateTime? modified)
    {
        var ns = Stamps.UnixNanoseconds((modified ?? DateTime.UnixEpoch).ToUniversalTime());
        return ns - (ns % (TimeSpan.TicksPerSecond * TimeSpan.NanosecondsPerTick));
    }

    private static string Base64Of(Sha256Digest hash) => Convert.ToBase64String(Convert.FromHexString(hash.Value));

    /// <summary>Of the whole object: <c>bytes 0-9/1234</c>.</summary>
    private static long LengthOf(GetObjectResponse answer) =>
        answer.ContentRange is { } range && long.TryParse(range.AsSpan(range.IndexOf('/', StringComparison.Ordinal) + 1), out var length) ? length : answer.ContentLength;

    private async Task RequireBucketAsync(string bucket, string key, CancellationToken cancellationToken)
    {
        try
        {
            using var none = await client.GetObjectAsync(new GetObjectRequest { BucketName = bucket, Key = key, ByteRange = new ByteRange(0, 0) }, cancellationToken);
        }
        catch (AmazonServiceException e) when (S3Failures.IsMissing(e) || S3Failures.IsStatus(e, HttpStatusCode.RequestedRangeNotSatisfiable))
        {
            return;
        }
    }

    private async Task<T> RunAsync<T>(string bucket, string key, string doing, long bytes, Func<CancellationToken, Task<T>> request, CancellationToken cancellationToken)
    {
        try
        {
            return await Again.ExecuteAsync(
                async token =>
                {
                    using var inTime = CancellationTokenSource.CreateLinkedTokenSource(token);
                    inTime.CancelAfter(Patience + TimeSpan.FromSeconds((double)bytes / SlowestBytesPerSecond));
                    return await request(inTime.Token);
                },
                cancellationToken);
        }
        catch (Exception e) when (e is AmazonClientException or AmazonServiceException || S3Failures.Passes(e, cancellationToken.IsCancellationRequested))
        {
            throw S3Failures.Explain(e, store, bucket, key, doing);
        }
    }
}

/// <param name="ModifiedAtNs">UTC nanoseconds, in whole seconds.</param>
/// <param name="Sha256">In base 64, of the whole object; null where the server does not know it.</param>
internal sealed record ObjectHead(long Length, string ETag, long ModifiedAtNs, string? Sha256);

internal sealed record ObjectRange(int Count, ObjectHead Head);

internal enum PutOutcome
{
    Stored,
    WasThere,
    ConditionUnknown,
}

internal enum TouchOutcome
{
    Young,
    Missing,
    CopyUnknown,
}

/// <summary>An object is not what it was when it was opened.</summary>
internal sealed class ObjectChangedException : Exception;
