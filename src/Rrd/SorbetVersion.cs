using System.Globalization;

namespace Strata.Rrd;

/// <summary>Version of the chunk schema. Source: rrd-format §4.1, §12.2.</summary>
internal readonly record struct SorbetVersion(int Major, int Minor, int Patch) : IComparable<SorbetVersion>
{
    public static readonly SorbetVersion Oldest = new(0, 0, 1);
    public static readonly SorbetVersion ColumnOrder = new(0, 0, 2);
    public static readonly SorbetVersion ColonKeys = new(0, 1, 0);
    public static readonly SorbetVersion NoIndicators = new(0, 1, 1);
    public static readonly SorbetVersion TransformNames = new(0, 1, 2);
    public static readonly SorbetVersion VisibleName = new(0, 1, 3);

    /// <summary>0.1.4 (Rerun 0.41) renames one blueprint component only.</summary>
    public static readonly SorbetVersion NewestKnown = new(0, 1, 4);

    /// <summary>The version in the metadata of a chunk; guessed when it is not said, newest when it cannot be read (then nothing is migrated).</summary>
    public static SorbetVersion Of(IReadOnlyDictionary<string, string> metadata)
    {
        if (metadata.TryGetValue(SorbetKeys.SorbetVersion, out var text))
        {
            return TryParse(text, out var version) ? version : NewestKnown;
        }
        if (metadata.Keys.Any(key => key.StartsWith("rerun.", StringComparison.Ordinal)))
        {
            return Oldest;
        }
        return metadata.ContainsKey("rerun:version") ? ColumnOrder : Oldest;
    }

    public int CompareTo(SorbetVersion other) => (Major, Minor, Patch).CompareTo((other.Major, other.Minor, other.Patch));

    public static bool operator <(SorbetVersion left, SorbetVersion right) => left.CompareTo(right) < 0;

    public static bool operator >(SorbetVersion left, SorbetVersion right) => left.CompareTo(right) > 0;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Major}.{Minor}.{Patch}");

    private static bool TryParse(string text, out SorbetVersion version)
    {
        version = default;
        var numbers = text.Split('-', '+')[0].Split('.');
        if (numbers.Length != 3
            || !int.TryParse(numbers[0], NumberStyles.None, CultureInfo.InvariantCulture, out var major)
            || !int.TryParse(numbers[1], NumberStyles.None, CultureInfo.InvariantCulture, out var minor)
            || !int.TryParse(numbers[2], NumberStyles.None, CultureInfo.InvariantCulture, out var patch))
        {
            return false;
        }
        version = new SorbetVersion(major, minor, patch);
        return true;
    }
}
