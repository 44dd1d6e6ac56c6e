using System.Text;

namespace Strata.Catalog.Registration;

/// <summary>The URL of a source: a scheme and, for files, a path with percent-encoding. Source: catalog-protocol §2.6.</summary>
internal static class FileUrl
{
    private const string FileScheme = "file";
    private const string LocalHost = "localhost";

    /// <summary>What may not stand in a path as it is; everything beyond ASCII is escaped too.</summary>
    private const string Escaped = " \"#%/<>?\\^`{}";

    public static bool IsUrl(string text) => SchemeOf(text) is not null;

    public static bool IsMemory(string url) => SchemeOf(url) is "memory";

    /// <returns>The absolute path; null when it is no file of this machine, with the reason in Rerun's words.</returns>
    public static string? PathOf(string url, out string reason)
    {
        reason = $"could not load URI: {url}";
        if (SchemeOf(url) is not FileScheme || !Uri.TryCreate(WithAuthority(url), UriKind.Absolute, out var uri))
        {
            return null;
        }

        if (uri.Host.Length > 0 && uri.Host != LocalHost)
        {
            reason = $"file URI should not have a host: {url} (this may be caused by invalid relative-path URI)";
            return null;
        }

        var path = Uri.UnescapeDataString(uri.AbsolutePath);
        return path.Contains('\0', StringComparison.Ordinal) || !Path.IsPathFullyQualified(path) ? null : path;
    }

    /// <summary>The authority of a file's URL may be left out, slashes and all: <c>file:/data/run.rrd</c>, as Java writes it. Source: RFC 8089 §2.</summary>
    private static string WithAuthority(string url)
    {
        var rest = url.AsSpan(FileScheme.Length + 1);
        return rest.StartsWith("/") && !rest.StartsWith("//") ? $"{FileScheme}://{rest}" : url;
    }

    /// <param name="path">Absolute.</param>
    public static string Of(string path)
    {
        var url = new System.Text.StringBuilder("file://");
        foreach (var segment in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            url.Append('/');
            foreach (var unit in Encoding.UTF8.GetBytes(segment))
            {
                if (unit is > 0x20 and < 0x7F && !Escaped.Contains((char)unit, StringComparison.Ordinal))
                {
                    url.Append((char)unit);
                }
                else
                {
                    url.Append('%').Append(unit.ToString("X2", System.Globalization.CultureInfo.InvariantCulture));
                }
            }
        }

        return url.ToString();
    }

    /// <returns>In lower case; null when the text has none.</returns>
    private static string? SchemeOf(string text)
    {
        var end = text.IndexOf(':', StringComparison.Ordinal);
        return end > 0 && char.IsAsciiLetter(text[0]) && text.AsSpan(0, end).IndexOfAnyExcept(SchemeCharacters) < 0 ? text[..end].ToLowerInvariant() : null;
    }

    private static readonly System.Buffers.SearchValues<char> SchemeCharacters =
        System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.");
}
