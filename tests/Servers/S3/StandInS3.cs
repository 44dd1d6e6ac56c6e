using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Strata.Servers;

/// <summary>
/// An object store in memory that speaks as much of S3 as is needed, by path: objects, ranges, conditions, lists, uploads in parts. Signatures are not looked at.
/// Faults are made on demand.
/// </summary>
public sealed class StandInS3 : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly List<string> _requests = [];
    private readonly Lock _lock = new();
    private long _sentBytes;

    private StandInS3(WebApplication app) => _app = app;

    public Uri Endpoint { get; private set; } = null!;

    public S3Content Content { get; } = new();

    /// <summary>Asked with each request; true: this one was answered, or cut, by the test.</summary>
    public Func<HttpContext, Task<bool>>? Fault { get; set; }

    /// <summary>As servers that do not know <c>If-None-Match</c>: they refuse it.</summary>
    public bool RefusesConditions { get; set; }

    /// <summary>As servers that do not tell what they know of an object's SHA-256.</summary>
    public bool HidesChecksums { get; set; }

    /// <summary>Bytes of objects that were sent out.</summary>
    public long SentBytes => Interlocked.Read(ref _sentBytes);

    /// <summary><c>METHOD key?query</c>, each request.</summary>
    public IReadOnlyList<string> Requests
    {
        get
        {
            lock (_lock)
            {
                return [.. _requests];
            }
        }
    }

    /// <param name="port">0: any that is free.</param>
    public static async Task<StandInS3> StartAsync(string bucket, int port = 0)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(options =>
        {
            options.Listen(IPAddress.Loopback, port);
            options.Limits.MaxRequestBodySize = null;
        });
        var app = builder.Build();
        var s3 = new StandInS3(app);
        app.Run(s3.AnswerAsync);
        await app.StartAsync();
        s3.Endpoint = new(app.Urls.Single());
        s3.Content.AddBucket(bucket);
        return s3;
    }

    public void ForgetRequests()
    {
        lock (_lock)
        {
            _requests.Clear();
        }

        Interlocked.Exchange(ref _sentBytes, 0);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        var request = S3Request.Of(context.Request);
        lock (_lock)
        {
            _requests.Add($"{context.Request.Method} {request.Key}{context.Request.QueryString}");
        }

        if (Fault is { } fault && await fault(context))
        {
            return;
        }

        if (!Content.HasBucket(request.Bucket))
        {
            await S3Answers.FailAsync(context, 404, "NoSuchBucket");
            return;
        }

        await new S3Exchange(context, request, Content, RefusesConditions, HidesChecksums, sent => Interlocked.Add(ref _sentBytes, sent)).AnswerAsync();
    }
}
