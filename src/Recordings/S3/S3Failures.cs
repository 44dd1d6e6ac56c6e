using System.Net;
using System.Net.Sockets;
using Amazon.Runtime;

namespace Strata.Recordings;

/// <summary>Which failures of an object store pass by themselves, and what the others are in words.</summary>
internal static class S3Failures
{
    public const string NoSuchKey = "NoSuchKey";
    public const string NoSuchBucket = "NoSuchBucket";
    private const string NoSuchUpload = "NoSuchUpload";

    /// <summary>Two writers of one key met; whoever asks again finds how it ended.</summary>
    private const string Met = "ConditionalRequestConflict";

    private static readonly string[] Passing = ["SlowDown", "Throttling", "ThrottlingException", "RequestLimitExceeded", "RequestTimeout", "InternalError", "ServiceUnavailable", Met];

    /// <param name="isStopped">Who asked does not want it any more.</param>
    public static bool Passes(Exception failure, bool isStopped) => failure switch
    {
        OperationCanceledException => !isStopped,
        AmazonServiceException { StatusCode: HttpStatusCode.NotImplemented } => false,
        AmazonServiceException service => (int)service.StatusCode is 0 or 408 or 429 or >= 500 || Passing.Contains(service.ErrorCode),
        HttpRequestException or IOException or SocketException or TimeoutException => failure is not (RecordingStorageException or RecordingMissingException or RecordingChangedException),
        AmazonClientException { InnerException: { } inner } => Passes(inner, isStopped),
        _ => false,
    };

    public static bool IsStatus(AmazonServiceException failure, HttpStatusCode status) => failure.StatusCode == status;

    public static bool IsMissing(AmazonServiceException failure) => failure.StatusCode == HttpStatusCode.NotFound && failure.ErrorCode != NoSuchBucket;

    public static bool IsMissingBucket(AmazonServiceException failure) => failure.ErrorCode == NoSuchBucket;

    public static bool IsMissingUpload(AmazonServiceException failure) => failure.ErrorCode == NoSuchUpload;

    /// <summary>Some servers do not know the condition and say so; others do not look at it.</summary>
    public static bool IsUnknown(AmazonServiceException failure) => failure.StatusCode == HttpStatusCode.NotImplemented || failure.ErrorCode is "NotImplemented" or "MethodNotAllowed";

    /// <summary>What is not told in words of its own: <paramref name="doing"/> is <c>read</c> or <c>write</c>.</summary>
    public static RecordingStorageException Explain(Exception failure, string store, string bucket, string key, string doing) =>
        new($"{S3Url.Scheme}{bucket}/{key}", $"{Found(failure)} at {store}; {ToDo(failure, bucket)}", failure, doing);

    private static string Found(Exception failure) => failure switch
    {
        OperationCanceledException or TimeoutException => "no answer in time",
        AmazonServiceException { StatusCode: 0 } or HttpRequestException => $"no answer ({Innermost(failure).Message})",
        AmazonServiceException service => $"the answer {(int)service.StatusCode} {service.ErrorCode} ({service.Message.Trim()})",
        _ => failure.Message,
    };

    private static string ToDo(Exception failure, string bucket) => failure switch
    {
        AmazonServiceException { ErrorCode: NoSuchBucket } => $"make the bucket '{bucket}', or set Strata__Recordings__S3__Bucket to one that is there",
        AmazonServiceException { StatusCode: HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized } =>
            "check Strata__Recordings__S3__AccessKey and …__SecretKey, the clock of this machine, and that they may list, read, write and delete there",
        AmazonServiceException { StatusCode: HttpStatusCode.MovedPermanently or HttpStatusCode.TemporaryRedirect or HttpStatusCode.BadRequest } =>
            "check Strata__Recordings__S3__Region and …__Endpoint: the bucket may lie in another region",
        AmazonClientException => "check the credentials (Strata__Recordings__S3__AccessKey and …__SecretKey) and Strata__Recordings__S3__Region",
        _ => "nothing was registered from it; it was tried several times, and may be tried again when the store answers",
    };

    private static Exception Innermost(Exception failure) => failure.InnerException is { } inner ? Innermost(inner) : failure;
}
