using System.Security.Cryptography;
using Strata.Contracts;

namespace Strata.Recordings;

/// <summary>How copies are named, in a folder as in a bucket: a store can be moved from one to the other, and events name the same files.</summary>
internal static class ContentNames
{
    public const string Folder = "recordings";
    private const string Extension = ".rrd";
    private const int HexDigits = 2 * SHA256.HashSizeInBytes;

    public static string LocationOf(Sha256Digest hash) => Named(hash.Value);

    /// <exception cref="RecordingRefusedException">The location was not made by <see cref="LocationOf"/>.</exception>
    public static Sha256Digest HashOf(string location) => TryHashOf(location)
        ?? throw new RecordingRefusedException(location, "expected a location of this store (recordings/<2 hex digits>/<SHA-256>.rrd)");

    public static Sha256Digest? TryHashOf(string location)
    {
        var name = Path.GetFileNameWithoutExtension(location);
        return name.Length == HexDigits && name.All(char.IsAsciiHexDigitLower) && location == Named(name) ? Sha256Digest.Parse(name) : null;
    }

    /// <param name="name">Of a stored file.</param>
    public static string BelowHome(string name) => name[(Folder.Length + 1)..];

    private static string Named(string digits) => $"{Folder}/{digits.AsSpan(0, 2)}/{digits}{Extension}";
}
