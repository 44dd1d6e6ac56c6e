using System.Globalization;
using System.Security.Cryptography;
using System.Xml.Linq;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Strata.Servers;

/// <summary>One request and its answer.</summary>
internal sealed class S3Exchange(HttpContext context, S3Request asked, S3Content content, bool refusesConditions, bool hidesChecksums, Action<long> sent)
{
    private const string Checksum = "x-amz-checksum-sha256";

    /// <summary>So that lists of a few objects already take several pages.</summary>
    private const int PageSize = 3;

    private HttpRequest Request => context.Request;

    private HttpResponse Response => context.Response;

    private (string, string) Place => (asked.Bucket, asked.Key);

    public Task AnswerAsync() => (Request.Method, asked.Key.Length > 0) switch
    {
        ("GET", false) when Request.Query.ContainsKey("uploads") => ListUploadsAsync(),
        ("GET", false) => ListAsync(),
        ("GET" or "HEAD", true) => ReadAsync(),
        ("PUT", true) when Request.Query.ContainsKey("partNumber") => PutPartAsync(),
        ("PUT", true) when Request.Headers.ContainsKey("x-amz-copy-source") => CopyAsync(),
        ("PUT", true) => PutAsync(),
        ("POST", true) when Request.Query.ContainsKey("uploads") => BeginAsync(),
        ("POST", true) => CompleteAsync(),
        ("DELETE", true) when Request.Query.ContainsKey("uploadId") => AbortAsync(),
        ("DELETE", true) => DeleteAsync(),
        _ => S3Answers.FailAsync(context, 501, "NotImplemented"),
    };

    private async Task ReadAsync()
    {
        if (!content.Objects.TryGetValue(Place, out var found))
        {
            await S3Answers.FailAsync(context, 404, "NoSuchKey");
            return;
        }

        if (Request.Headers.IfMatch is { Count: > 0 } wanted && wanted != found.ETag)
        {
            await S3Answers.FailAsync(context, 412, "PreconditionFailed");
            return;
        }

        var (start, end) = (0L, found.Bytes.LongLength - 1);
        if (RangeHeaderValue.TryParse(Request.Headers.Range.ToString(), out var ranges))
        {
            var range = ranges.Ranges.Single();
            (start, end) = (range.From!.Value, Math.Min(range.To ?? end, end));
            if (start > end)
            {
                await S3Answers.FailAsync(context, 416, "InvalidRange");
                return;
            }

            Response.StatusCode = 206;
            Response.Headers.ContentRange = $"bytes {start}-{end}/{found.Bytes.Length}";
        }

        Response.Headers.ETag = found.ETag;
        Response.Headers.LastModified = found.Modified.ToString("R", CultureInfo.InvariantCulture);
        Response.ContentLength = end - start + 1;
        if (!hidesChecksums && found.Sha256 is { } sha256 && Request.Headers["x-amz-checksum-mode"] == "ENABLED")
        {
            Response.Headers[Checksum] = sha256;
        }

        if (HttpMethods.IsGet(Request.Method))
        {
            sent(Response.ContentLength.Value);
            await Response.Body.WriteAsync(found.Bytes.AsMemory((int)start, (int)Response.ContentLength.Value), context.RequestAborted);
        }
    }

    private async Task PutAsync()
    {
        if (await TakeBodyAsync() is not { } bytes)
        {
            return;
        }

        var put = new S3Object(bytes, S3Content.ETagOf(bytes), DateTime.UtcNow, Request.Headers[Checksum]);
        if (Request.Headers.IfNoneMatch.Count == 0)
        {
            content.Objects[Place] = put;
        }
        else if (refusesConditions)
        {
            await S3Answers.FailAsync(context, 501, "NotImplemented");
            return;
        }
        else if (!content.Objects.TryAdd(Place, put))
        {
            await S3Answers.FailAsync(context, 412, "PreconditionFailed");
            return;
        }

        Response.Headers.ETag = put.ETag;
    }

    private async Task CopyAsync()
    {
        var source = Uri.UnescapeDataString(Request.Headers["x-amz-copy-source"].ToString()).TrimStart('/');
        var slash = source.IndexOf('/', StringComparison.Ordinal);
        if (!content.Objects.TryGetValue((source[..slash], source[(slash + 1)..]), out var found))
        {
            await S3Answers.FailAsync(context, 404, "NoSuchKey");
            return;
        }

        var copy = found with { Modified = DateTime.UtcNow };
        content.Objects[Place] = copy;
        await S3Answers.XmlAsync(context, "CopyObjectResult", new XElement("ETag", copy.ETag), new XElement("LastModified", Time(copy.Modified)));
    }

    private Task DeleteAsync()
    {
        content.Objects.Remove(Place, out _);
        Response.StatusCode = 204;
        return Task.CompletedTask;
    }

    private Task ListAsync()
    {
        var prefix = Request.Query["prefix"].ToString();
        var after = Request.Query["continuation-token"].ToString();
        var found = content.Objects.Where(o => o.Key.Bucket == asked.Bucket && o.Key.Key.StartsWith(prefix, StringComparison.Ordinal) && string.CompareOrdinal(o.Key.Key, after) > 0)
            .OrderBy(o => o.Key.Key, StringComparer.Ordinal).Take(PageSize + 1).ToList();
        var page = found.Take(PageSize).ToList();
        return S3Answers.XmlAsync(
            context,
            "ListBucketResult",
            new XElement("Name", asked.Bucket),
            new XElement("IsTruncated", found.Count > PageSize),
            new XElement("KeyCount", page.Count),
            found.Count > PageSize ? new XElement("NextContinuationToken", page[^1].Key.Key) : null,
            page.Select(o => new XElement(
                "Contents",
                new XElement("Key", o.Key.Key),
                new XElement("ETag", o.Value.ETag),
                new XElement("Size", o.Value.Bytes.Length),
                new XElement("LastModified", Time(o.Value.Modified)))));
    }

    private Task ListUploadsAsync()
    {
        var prefix = Request.Query["prefix"].ToString();
        return S3Answers.XmlAsync(
            context,
            "ListMultipartUploadsResult",
            new XElement("Bucket", asked.Bucket),
            new XElement("IsTruncated", false),
            content.Uploads.Where(u => u.Value.Bucket == asked.Bucket && u.Value.Key.StartsWith(prefix, StringComparison.Ordinal)).Select(u => new XElement(
                "Upload", new XElement("Key", u.Value.Key), new XElement("UploadId", u.Key), new XElement("Initiated", Time(u.Value.Begun)))));
    }

    private Task BeginAsync()
    {
        var id = Guid.CreateVersion7().ToString("N", CultureInfo.InvariantCulture);
        content.Uploads[id] = new(asked.Bucket, asked.Key, DateTime.UtcNow, new());
        return S3Answers.XmlAsync(context, "InitiateMultipartUploadResult", new XElement("Bucket", asked.Bucket), new XElement("Key", asked.Key), new XElement("UploadId", id));
    }

    private async Task PutPartAsync()
    {
        if (await TakeBodyAsync() is not { } bytes)
        {
            return;
        }

        if (!content.Uploads.TryGetValue(Request.Query["uploadId"].ToString(), out var upload))
        {
            await S3Answers.FailAsync(context, 404, "NoSuchUpload");
            return;
        }

        upload.Parts[int.Parse(Request.Query["partNumber"].ToString(), CultureInfo.InvariantCulture)] = bytes;
        Response.Headers.ETag = S3Content.ETagOf(bytes);
    }

    private async Task CompleteAsync()
    {
        var id = Request.Query["uploadId"].ToString();
        var list = await XElement.LoadAsync(Request.Body, LoadOptions.None, context.RequestAborted);
        if (!content.Uploads.Remove(id, out var upload))
        {
            await S3Answers.FailAsync(context, 404, "NoSuchUpload");
            return;
        }

        var numbers = list.Elements().Where(e => e.Name.LocalName == "Part").Select(p => (int)p.Elements().First(e => e.Name.LocalName == "PartNumber"));
        byte[] whole = [.. numbers.SelectMany(n => upload.Parts[n])];
        content.Put(asked.Bucket, asked.Key, whole);
        await S3Answers.XmlAsync(context, "CompleteMultipartUploadResult", new XElement("Bucket", asked.Bucket), new XElement("Key", asked.Key), new XElement("ETag", S3Content.ETagOf(whole)));
    }

    private Task AbortAsync()
    {
        if (!content.Uploads.Remove(Request.Query["uploadId"].ToString(), out _))
        {
            return S3Answers.FailAsync(context, 404, "NoSuchUpload");
        }

        Response.StatusCode = 204;
        return Task.CompletedTask;
    }

    /// <returns>Null: it is not what its checksums say, which was answered.</returns>
    private async Task<byte[]?> TakeBodyAsync()
    {
        using var body = new MemoryStream();
        await Request.Body.CopyToAsync(body, context.RequestAborted);
        var bytes = body.ToArray();
        var hash = SHA256.HashData(bytes);
        if (Request.Headers[Checksum] is { Count: > 0 } named && named != Convert.ToBase64String(hash))
        {
            await S3Answers.FailAsync(context, 400, "BadDigest");
            return null;
        }

        if (Request.Headers["x-amz-content-sha256"] != Convert.ToHexStringLower(hash))
        {
            await S3Answers.FailAsync(context, 400, "XAmzContentSHA256Mismatch");
            return null;
        }

        return bytes;
    }

    private static string Time(DateTime time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
