namespace Strata.Recordings;

/// <summary><c>s3://bucket/key</c>; the key stands as it is, without escapes, as Amazon's own tools write it.</summary>
public sealed record S3Url(string Bucket, string Key)
{
    public const string Scheme = "s3://";

    public static bool IsOne(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase);
    }

    /// <exception cref="RecordingRefusedException">It names no object.</exception>
    public static S3Url Parse(string url) => TryParse(url, out var fault) ?? throw new RecordingRefusedException(url.Replace('\0', '␀'), fault);

    /// <returns>Null: it names no object.</returns>
    public static S3Url? TryParse(string url, out string fault)
    {
        ArgumentNullException.ThrowIfNull(url);
        var slash = IsOne(url) ? url.IndexOf('/', Scheme.Length) : -1;
        if (slash <= Scheme.Length || slash == url.Length - 1)
        {
            fault = "expected s3://BUCKET/KEY; name one object";
            return null;
        }

        var (bucket, key) = (url[Scheme.Length..slash], url[(slash + 1)..]);
        fault = "the key has a NUL, '.' or '..' in it; give the object another key";

        // On the way to a server such parts are taken for folders that lead up, and it would be asked for another object.
        return key.Contains('\0', StringComparison.Ordinal) || key.Split('/').Any(part => part is "." or "..") ? null : new(bucket, key);
    }

    public override string ToString() => $"{Scheme}{Bucket}/{Key}";
}
