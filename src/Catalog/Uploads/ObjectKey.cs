using System.Globalization;
using System.Text;

namespace Strata.Catalog.Uploads;

/// <summary>The name that a client gives to what it stages: parts between slashes. Source: catalog-protocol §11.6, the texts as recorded where they were.</summary>
internal static class ObjectKey
{
    /// <summary>As of any id; it stands in URLs, too.</summary>
    private const int MaxBytes = 1_024;

    /// <exception cref="CatalogException">INVALID_ARGUMENT.</exception>
    public static void Refuse(string key)
    {
        if (ReasonOf(key) is { } reason)
        {
            throw CatalogException.InvalidArgument($"invalid object key: {reason}");
        }
    }

    private static string? ReasonOf(string key)
    {
        if (key.Length == 0)
        {
            return "must not be empty";
        }

        if (Encoding.UTF8.GetByteCount(key) is var bytes && bytes > MaxBytes)
        {
            return string.Create(CultureInfo.InvariantCulture, $"expected at most {MaxBytes} bytes, found {bytes}");
        }

        if (key.Where(c => char.IsControl(c) || c == '\\').Select(c => (char?)c).FirstOrDefault() is { } odd)
        {
            return string.Create(CultureInfo.InvariantCulture, $"expected neither control characters nor `\\`, found U+{(int)odd:X4}");
        }

        foreach (var segment in key.Split('/'))
        {
            if (segment.Length == 0)
            {
                return $"\"{key}\" has an empty segment: it begins or ends with `/`, or has two in a row";
            }

            if (segment[0] == '.' || segment[^1] == '.')
            {
                return $"segment \"{segment}\" starts or ends with `.`";
            }
        }

        return null;
    }
}
