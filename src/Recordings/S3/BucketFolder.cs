namespace Strata.Recordings;

/// <summary>A bucket, or what lies below a folder of it.</summary>
/// <param name="Prefix">Empty, or ends with a slash.</param>
internal sealed record BucketFolder(string Bucket, string Prefix)
{
    /// <param name="text"><c>bucket</c> or <c>bucket/folder</c>, also with <c>s3://</c> before it.</param>
    /// <exception cref="FormatException">It names no bucket.</exception>
    public static BucketFolder Parse(string text)
    {
        var bare = text.StartsWith(S3Url.Scheme, StringComparison.OrdinalIgnoreCase) ? text[S3Url.Scheme.Length..] : text;
        var slash = bare.IndexOf('/', StringComparison.Ordinal);
        var (bucket, folder) = slash < 0 ? (bare, "") : (bare[..slash], bare[(slash + 1)..].TrimEnd('/'));
        return bucket.Length == 0
            ? throw new FormatException($"expected BUCKET or BUCKET/FOLDER, found '{text}'")
            : new(bucket, folder.Length == 0 ? "" : folder + "/");
    }

    public bool Holds(S3Url url) => url.Bucket == Bucket && url.Key.StartsWith(Prefix, StringComparison.Ordinal);

    public override string ToString() => $"{S3Url.Scheme}{Bucket}/{Prefix}";
}
