using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Strata.Rrd;

/// <summary>
/// A 128-bit id that orders by time: chunk ids and row ids. Its 16 bytes in Arrow columns are big-endian.
/// Source: rrd-format §5.
/// </summary>
/// <param name="TimeNs">Nanoseconds since the Unix epoch at which the id was made.</param>
/// <param name="Inc">Random start, incremented for every id.</param>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct Tuid(ulong TimeNs, ulong Inc) : IComparable<Tuid>
{
    /// <summary>Bytes of the Arrow form.</summary>
    public const int Size = 16;

    /// <summary>Prefix of the text form of chunk ids.</summary>
    public const string ChunkPrefix = "chunk";

    /// <summary>Prefix of the text form of row ids.</summary>
    public const string RowPrefix = "row";

    private const int MaxHexDigits = 32;

    /// <summary>Reads the big-endian form. <paramref name="bytes"/> must hold at least 16 bytes.</summary>
    public static Tuid ReadBigEndian(ReadOnlySpan<byte> bytes) =>
        new(BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]));

    /// <summary>Writes the big-endian form into the first 16 bytes of <paramref name="destination"/>.</summary>
    public void WriteBigEndian(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, TimeNs);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], Inc);
    }

    /// <summary>The id <paramref name="count"/> after this one: same time, <see cref="Inc"/> + count (wrapping).</summary>
    public Tuid Next(ulong count = 1) => new(TimeNs, unchecked(Inc + count));

    /// <summary>Parses hex digits in any case with an optional <c>prefix_</c>, which must be <paramref name="prefix"/>.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, string prefix, out Tuid value)
    {
        value = default;
        var underscore = text.IndexOf('_');
        if (underscore >= 0)
        {
            if (!text[..underscore].SequenceEqual(prefix))
            {
                return false;
            }
            text = text[(underscore + 1)..];
        }
        if (text.IsEmpty || text.Length > MaxHexDigits
            || !UInt128.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number))
        {
            return false;
        }
        value = new Tuid((ulong)(number >> 64), (ulong)number);
        return true;
    }

    /// <summary>As <see cref="TryParse"/>.</summary>
    /// <exception cref="FormatException">It is no such text.</exception>
    public static Tuid Parse(string text, string prefix) =>
        TryParse(text, prefix, out var value) ? value : throw new FormatException($"Expected an id as '{prefix}_' and up to 32 hex digits, found '{text}'.");

    /// <summary>By time, then by increment.</summary>
    public int CompareTo(Tuid other)
    {
        var byTime = TimeNs.CompareTo(other.TimeNs);
        return byTime != 0 ? byTime : Inc.CompareTo(other.Inc);
    }

    /// <summary>By <see cref="CompareTo"/>.</summary>
    public static bool operator <(Tuid left, Tuid right) => left.CompareTo(right) < 0;

    /// <summary>By <see cref="CompareTo"/>.</summary>
    public static bool operator <=(Tuid left, Tuid right) => left.CompareTo(right) <= 0;

    /// <summary>By <see cref="CompareTo"/>.</summary>
    public static bool operator >(Tuid left, Tuid right) => left.CompareTo(right) > 0;

    /// <summary>By <see cref="CompareTo"/>.</summary>
    public static bool operator >=(Tuid left, Tuid right) => left.CompareTo(right) >= 0;

    /// <summary>Sixteen upper-case digits of the time, sixteen lower-case digits of the increment.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{TimeNs:X16}{Inc:x16}");

    /// <summary>With the prefix of chunk ids.</summary>
    public string ToChunkId() => ChunkPrefix + "_" + ToString();

    /// <summary>With the prefix of row ids.</summary>
    public string ToRowId() => RowPrefix + "_" + ToString();
}
