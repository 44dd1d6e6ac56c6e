namespace Strata.Rrd;

/// <summary>Names what a file is that is no recording, by its first bytes, and what to do with it.</summary>
internal static class ForeignFile
{
    private const string UseRecording = "Give a file written by a Rerun SDK (.rrd).";
    private const int ShownBytes = 8;

    public static string Describe(ReadOnlySpan<byte> bytes) =>
        Name(bytes) is { } name ? name : $"the bytes {Convert.ToHexString(bytes[..Math.Min(ShownBytes, bytes.Length)])}";

    public static string Advise(ReadOnlySpan<byte> bytes) => Name(bytes) switch
    {
        "an MCAP file" => "Convert it first: rerun mcap convert INPUT.mcap -o OUTPUT.rrd",
        "a gzip file" or "a zip file" or "a Zstandard file" => "Unpack it first.",
        _ => UseRecording,
    };

    private static string? Name(ReadOnlySpan<byte> bytes) => bytes switch
    {
        _ when bytes.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'M', (byte)'C', (byte)'A', (byte)'P']) => "an MCAP file",
        _ when bytes.StartsWith("PAR1"u8) => "a Parquet file",
        _ when bytes.StartsWith("ARROW1"u8) => "an Arrow file",
        _ when bytes.StartsWith("PK"u8) => "a zip file",
        _ when bytes.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]) => "a gzip file",
        _ when bytes.StartsWith((ReadOnlySpan<byte>)[0x28, 0xB5, 0x2F, 0xFD]) => "a Zstandard file",
        _ when bytes.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'H', (byte)'D', (byte)'F']) => "an HDF5 file",
        _ when bytes.StartsWith("#ROSBAG"u8) => "a ROS 1 bag",
        _ when bytes.StartsWith("SQLite format 3"u8) => "a SQLite database",
        _ => null,
    };
}
