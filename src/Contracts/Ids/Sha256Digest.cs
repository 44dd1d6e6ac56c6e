using System.Buffers;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json.Serialization;

namespace Strata.Contracts;

/// <summary>A SHA-256 digest, written as 64 lower-case hexadecimal digits: fingerprints, schema hashes, names of blobs.</summary>
/// <remarks>Held as its 32 bytes: there is one or more of them in every event, row and key, of which most are never written out.</remarks>
[JsonConverter(typeof(Sha256DigestConverter))]
[StructLayout(LayoutKind.Sequential)]
public readonly struct Sha256Digest : IEquatable<Sha256Digest>
{
    internal const int HexDigits = 2 * SHA256.HashSizeInBytes;

    private static readonly SearchValues<char> LowerHex = SearchValues.Create("0123456789abcdef");

    private readonly ulong _a;
    private readonly ulong _b;
    private readonly ulong _c;
    private readonly ulong _d;

    /// <summary>The 64 digits.</summary>
    public string Value
    {
        get
        {
            Span<byte> bytes = stackalloc byte[SHA256.HashSizeInBytes];
            CopyTo(bytes);
            return Convert.ToHexStringLower(bytes);
        }
    }

    public static Sha256Digest Of(ReadOnlySpan<byte> content)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(content, digest);
        return FromBytes(digest);
    }

    public static Sha256Digest FromBytes(ReadOnlySpan<byte> digest) =>
        digest.Length == SHA256.HashSizeInBytes
            ? MemoryMarshal.Read<Sha256Digest>(digest)
            : throw new FormatException($"SHA-256 digest: expected {SHA256.HashSizeInBytes} bytes, found {digest.Length}");

    /// <exception cref="FormatException">The text is not 64 lower-case hexadecimal digits.</exception>
    public static Sha256Digest Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        return text.Length == HexDigits && !text.AsSpan().ContainsAnyExcept(LowerHex) && Convert.FromHexString(text, digest, out _, out _) == OperationStatus.Done
            ? FromBytes(digest)
            : throw new FormatException($"SHA-256 digest: expected {HexDigits} lower-case hexadecimal digits, found '{text}'");
    }

    /// <param name="destination">At least 32 bytes.</param>
    public void CopyTo(Span<byte> destination) => MemoryMarshal.Write(destination, in this);

    public byte[] ToBytes()
    {
        var bytes = new byte[SHA256.HashSizeInBytes];
        CopyTo(bytes);
        return bytes;
    }

    public bool Equals(Sha256Digest other) => _a == other._a && _b == other._b && _c == other._c && _d == other._d;

    public override bool Equals(object? obj) => obj is Sha256Digest other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(_a, _b);

    public override string ToString() => Value;

    /// <summary>From 64 digits that were looked at already.</summary>
    internal static Sha256Digest FromHex(ReadOnlySpan<byte> utf8Digits)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        return Convert.FromHexString(utf8Digits, digest, out _, out _) == OperationStatus.Done
            ? FromBytes(digest)
            : throw new FormatException($"SHA-256 digest: expected {HexDigits} hexadecimal digits");
    }

    public static bool operator ==(Sha256Digest left, Sha256Digest right) => left.Equals(right);

    public static bool operator !=(Sha256Digest left, Sha256Digest right) => !left.Equals(right);
}
