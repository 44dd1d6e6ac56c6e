using System.Buffers.Binary;
using System.Globalization;

namespace Strata.Rrd;

/// <summary>
/// The version of Rerun that a file follows, as its four header bytes. The last one is 0 for a release; else its two top bits name
/// rc, alpha or alpha+dev and the rest its number. Source: rrd-format §1.2.
/// </summary>
/// <param name="Major">First number.</param>
/// <param name="Minor">Second number.</param>
/// <param name="Patch">Third number.</param>
/// <param name="Meta">0 for a release; else which build before one.</param>
public readonly record struct CrateVersion(byte Major, byte Minor, byte Patch, byte Meta)
{
    /// <summary>The newest release whose conventions are known here.</summary>
    public static CrateVersion NewestKnown { get; } = new(0, 41, 0, 0);

    /// <summary>The oldest release whose files are read.</summary>
    public static CrateVersion OldestSupported { get; } = new(0, 23, 0, 0);

    /// <summary>The bytes as little-endian number: what StoreVersion carries.</summary>
    public int Bits => Major | (Minor << 8) | (Patch << 16) | (Meta << 24);

    /// <summary>The version that <see cref="Bits"/> came of.</summary>
    public static CrateVersion FromBits(int bits)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, bits);
        return Read(bytes);
    }

    /// <summary>Four zero bytes mean 0.2.0.</summary>
    public static CrateVersion Read(ReadOnlySpan<byte> bytes) =>
        bytes[..4].IndexOfAnyExcept((byte)0) < 0 ? new CrateVersion(0, 2, 0, 0) : new CrateVersion(bytes[0], bytes[1], bytes[2], bytes[3]);

    /// <summary>Whether files of it are read here.</summary>
    public bool IsSupported => Major > 0 || Minor >= OldestSupported.Minor;

    /// <summary>Newer than anything known here; such files are read with a finding.</summary>
    public bool IsNewerThanKnown => (Major, Minor).CompareTo((NewestKnown.Major, NewestKnown.Minor)) > 0;

    /// <inheritdoc/>
    public override string ToString()
    {
        var number = Meta & 0x3F;
        var suffix = (Meta >> 6) switch
        {
            0 => "",
            1 => $"-rc.{number}",
            2 => $"-alpha.{number}",
            _ => $"-alpha.{number}+dev",
        };
        return string.Create(CultureInfo.InvariantCulture, $"{Major}.{Minor}.{Patch}{suffix}");
    }
}
