using System.Globalization;

namespace Strata.Cli;

/// <summary>Bytes as a person writes them: <c>2MiB</c>, <c>512KiB</c>, <c>1GB</c>, <c>1024B</c>.</summary>
internal static class SizeText
{
    private static readonly (string Unit, long Bytes)[] Units =
    [
        ("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30), ("TiB", 1L << 40), ("kB", 1_000), ("MB", 1_000_000), ("GB", 1_000_000_000), ("TB", 1_000_000_000_000), ("B", 1),
    ];

    /// <exception cref="UsageException">It is no such size.</exception>
    public static long Parse(string name, string text)
    {
        foreach (var (unit, bytes) in Units)
        {
            if (text.EndsWith(unit, StringComparison.Ordinal)
                && decimal.TryParse(text.AsSpan(0, text.Length - unit.Length).TrimEnd(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
                && number > 0 && number <= long.MaxValue / bytes)
            {
                return (long)(number * bytes);
            }
        }

        throw new UsageException($"{name}: expected a size with its unit (2MiB, 512KiB, 1GB, 1024B), found '{text}'", null);
    }
}
