using Microsoft.AspNetCore.Http;

namespace Strata.Servers;

/// <param name="Key">Empty for the bucket itself.</param>
internal sealed record S3Request(string Bucket, string Key)
{
    public static S3Request Of(HttpRequest request)
    {
        var path = request.Path.Value!.TrimStart('/');
        var slash = path.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? new(path, "") : new(path[..slash], path[(slash + 1)..]);
    }
}
