using System.Globalization;

namespace Strata.Contracts;

/// <summary>
/// The id of a dataset at a position, as an entry that nobody made: a marker, the position and the last half of the dataset's own id. It says all that is needed to
/// find both again, so a link to it stays good over a restart and in every process.
/// </summary>
public static class MomentId
{
    /// <summary>No id that begins with a time, as fresh ones do, begins so before the year 2347.</summary>
    private const string Marker = "a50f";

    private const int PositionDigits = 12;
    private const int HalfDigits = 16;

    /// <summary>48 bits: a million events a second for nine years.</summary>
    public const long MaxPosition = (1L << 48) - 1;

    public static DatasetId Of(DatasetId dataset, long position)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(position);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(position, MaxPosition);
        return new(string.Create(CultureInfo.InvariantCulture, $"{Marker}{position:x12}{HalfOf(dataset)}"));
    }

    /// <returns>Null for the id of an entry that somebody made.</returns>
    public static (long Position, string Half)? TryRead(DatasetId id) =>
        id.Value.StartsWith(Marker, StringComparison.Ordinal)
            ? (long.Parse(id.Value.AsSpan(Marker.Length, PositionDigits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture), HalfOf(id))
            : null;

    private static string HalfOf(DatasetId dataset) => dataset.Value[HalfDigits..];
}
