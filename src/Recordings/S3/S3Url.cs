namespace Strata.Recordings;

/// <summary><c>s3://bucket/key</c>; the key stands as it is, without escapes, as Amazon's own tools write it.</summary>
internal sealed record S3Url(string Bucket, string Key)
{
    public const string Scheme = "s3://";

    public static bool IsOne(string text) => text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase);

    /// <exception cref="RecordingRefusedException">It names no object.</exception>
    public static S3Url Parse(string url)
    {
        var slash = url.IndexOf('/', Scheme.Length);
        if (slash <= Scheme.Length || slash == url.Length - 1)
        {
            throw new RecordingRefusedException(url, "expected s3://BUCKET/KEY; name one object");
        }

        var (bucket, key) = (url[Scheme.Length..slash], url[(slash + 1)..]);

        // On the way to a server such parts are taken for folders that lead up, and it would be asked for another object.
        return key.Contains('\0', StringComparison.Ordinal) || key.Split('/').Any(part => part is "." or "..")
            ? throw new RecordingRefusedException(url.Replace('\0', '␀'), "the key has a NUL, '.' or '..' in it; give the object another key")
            : new(bucket, key);
    }

    public override string ToString() => $"{Scheme}{Bucket}/{Key}";
}
