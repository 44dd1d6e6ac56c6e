namespace Strata.Rrd;

/// <summary>The first 12 bytes of a stream. Source: rrd-format §1.1.</summary>
/// <param name="Version">The release whose conventions the stream follows.</param>
/// <param name="Compression">0 off, 1 LZ4. Advisory: each message says for itself.</param>
public readonly record struct StreamHeader(CrateVersion Version, byte Compression)
{
    /// <summary>Bytes of a header.</summary>
    public const int Size = 12;

    /// <summary>Header value for LZ4. Not the number of the protobuf enum.</summary>
    public const byte Lz4 = 1;

    private const byte Protobuf = 2;
    private const byte MsgPack = 1;
    private const string OldestSupported = "the oldest supported is 0.23";
    private const string Migrate = "Convert it with `rerun rrd migrate` of a Rerun release that still reads it, or record it again.";

    internal static ReadOnlySpan<byte> FourCC => "RRF2"u8;

    /// <summary>Writes the first <see cref="Size"/> bytes of <paramref name="destination"/>.</summary>
    public void Write(Span<byte> destination)
    {
        FourCC.CopyTo(destination);
        destination[4] = Version.Major;
        destination[5] = Version.Minor;
        destination[6] = Version.Patch;
        destination[7] = Version.Meta;
        destination[8] = Compression;
        destination[9] = Protobuf;
        destination[10] = 0;
        destination[11] = 0;
    }

    /// <summary>True when the 12 bytes at the start of <paramref name="bytes"/> are a header that <see cref="Read"/> accepts.</summary>
    public static bool IsOne(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= Size && bytes.StartsWith(FourCC) && bytes[8] <= Lz4 && bytes[9] == Protobuf && bytes[10] == 0 && bytes[11] == 0
        && CrateVersion.Read(bytes[4..]).IsSupported;

    /// <summary>Reads and validates a header; what is no recording, or one too old, is refused in words.</summary>
    /// <exception cref="RrdFormatException"/>
    public static StreamHeader Read(ReadOnlySpan<byte> bytes, long offset)
    {
        if (bytes.IsEmpty)
        {
            throw new RrdFormatException(offset, "a recording (a 12-byte header that starts with 'RRF2')", "no bytes at all", "The file is empty: record or copy it again.");
        }
        if (bytes.Length >= 4 && (bytes.StartsWith("RRF0"u8) || bytes.StartsWith("RRF1"u8)))
        {
            var version = bytes.Length >= 8 ? CrateVersion.Read(bytes[4..]).ToString() : "a version before 0.23";
            throw new RrdFormatException(offset, "a recording of Rerun 0.23 or later",
                $"one of {version} (RRF{(char)bytes[3]}); {OldestSupported}", Migrate);
        }
        if (!bytes.StartsWith(FourCC[..Math.Min(4, bytes.Length)]))
        {
            throw new RrdFormatException(offset, "a recording (a 12-byte header that starts with 'RRF2')", ForeignFile.Describe(bytes), ForeignFile.Advise(bytes));
        }
        if (bytes.Length < Size)
        {
            throw new RrdFormatException(offset, "a header of 12 bytes", $"{bytes.Length} bytes", "The file was cut: record or copy it again.");
        }
        var found = CrateVersion.Read(bytes[4..]);
        if (bytes[9] == MsgPack)
        {
            throw new RrdFormatException(offset, "a recording of Rerun 0.23 or later",
                $"one of {found} (its messages are MsgPack); {OldestSupported}", Migrate);
        }
        if (!found.IsSupported)
        {
            throw new RrdFormatException(offset, "a recording of Rerun 0.23 or later", $"one of {found} (by its header version); {OldestSupported}", Migrate);
        }
        if (bytes[8] > Lz4 || bytes[9] != Protobuf || bytes[10] != 0 || bytes[11] != 0)
        {
            throw new RrdFormatException(offset + 8, "the options 00|01 02 00 00", Convert.ToHexString(bytes[8..Size]),
                "The header is damaged or of a later format: copy the file again, or upgrade.");
        }
        return new StreamHeader(found, bytes[8]);
    }
}
