using System.Collections.Immutable;
using Strata.Recordings;
using Strata.Web;

namespace Strata.Cli;

/// <summary>The settings below <c>Strata__Recordings__S3</c>.</summary>
/// <param name="Bucket">Where copies lie; null: in the data directory.</param>
/// <param name="Prefix">Of their keys: empty, or ends with a slash.</param>
/// <param name="Sources">Buckets, or folders of them, whose objects may be registered.</param>
internal sealed record S3HostSettings(S3Settings Store, string? Bucket, string Prefix, ImmutableArray<string> Sources)
{
    private const string Section = "Strata:Recordings:S3";

    /// <returns>Null: nothing of an object store is set.</returns>
    /// <exception cref="OperationException">A setting is not what it should be, or lacks another one.</exception>
    public static S3HostSettings? Of(HostSettings settings)
    {
        var bucket = Text("Bucket");
        ImmutableArray<string> sources = [.. (Text("Sources") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];
        var endpoint = Text("Endpoint");
        if (bucket is null && sources.IsEmpty)
        {
            return endpoint is null ? null : throw Invalid("Bucket", "the name of a bucket, since an endpoint is set", "nothing");
        }

        var (access, secret) = (Text("AccessKey"), Text("SecretKey"));
        if (access is null != secret is null)
        {
            throw Invalid(access is null ? "AccessKey" : "SecretKey", "a value, since the other of the two keys is set", "nothing");
        }

        if (bucket?.Contains('/', StringComparison.Ordinal) == true)
        {
            throw Invalid("Bucket", "the name of a bucket (what follows it is the Prefix)", $"'{bucket}'");
        }

        var folder = Text("Prefix")?.Trim('/') ?? "";
        var read = new S3HostSettings(
            new(Address(endpoint), Text("Region"), access, secret, PathStyle(endpoint is not null)), bucket, folder.Length == 0 ? "" : folder + "/", sources);
        return sources.FirstOrDefault(read.HoldsCopies) is { } open
            ? throw Invalid("Sources", $"buckets or folders beside the copies in s3://{bucket}/{read.Prefix}, which belong to many datasets", $"'{open}'")
            : read;

        string? Text(string key) => settings.Configuration[$"{Section}:{key}"] is { Length: > 0 } text ? text : null;

        Uri? Address(string? text) => text is null ? null
            : Uri.TryCreate(text, UriKind.Absolute, out var address) && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps) && address.UserInfo.Length == 0 ? address
            : throw Invalid("Endpoint", "http(s)://HOST:PORT, without keys", "something else");

        bool PathStyle(bool usual) => Text("PathStyle") is not { } text ? usual
            : bool.TryParse(text, out var uses) ? uses
            : throw Invalid("PathStyle", "true or false", $"'{text}'");
    }

    private static OperationException Invalid(string key, string expected, string found) => new(
        OperationErrors.Invalid, $"{Section}:{key}: expected {expected}, found {found}", $"set {Section.Replace(":", "__", StringComparison.Ordinal)}__{key} in the environment (or {Section}:{key} in appsettings.json)");

    private bool HoldsCopies(string source)
    {
        var (name, folder) = source.IndexOf('/', StringComparison.Ordinal) is > 0 and var slash ? (source[..slash], source[(slash + 1)..].TrimEnd('/')) : (source, "");
        return name == Bucket && (folder.Length == 0 || $"{Prefix}recordings/".StartsWith(folder + "/", StringComparison.Ordinal));
    }
}
