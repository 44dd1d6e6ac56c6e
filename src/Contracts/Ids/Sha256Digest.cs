using System.Security.Cryptography;
using System.Text.Json.Serialization;

namespace Strata.Contracts;

/// <summary>A SHA-256 digest as 64 lower-case hexadecimal digits: fingerprints, schema hashes, names of blobs.</summary>
[JsonConverter(typeof(Sha256DigestConverter))]
public readonly record struct Sha256Digest(string Value)
{
    private const int HexDigits = 64;

    public static Sha256Digest Of(ReadOnlySpan<byte> content)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(content, digest);
        return FromBytes(digest);
    }

    public static Sha256Digest FromBytes(ReadOnlySpan<byte> digest) =>
        digest.Length == SHA256.HashSizeInBytes
            ? new(Convert.ToHexStringLower(digest))
            : throw new FormatException($"SHA-256 digest: expected {SHA256.HashSizeInBytes} bytes, found {digest.Length}");

    /// <exception cref="FormatException">The text is not 64 lower-case hexadecimal digits.</exception>
    public static Sha256Digest Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length == HexDigits && text.All(char.IsAsciiHexDigitLower)
            ? new(text)
            : throw new FormatException($"SHA-256 digest: expected {HexDigits} lower-case hexadecimal digits, found '{text}'");
    }

    public byte[] ToBytes() => Convert.FromHexString(Value);

    public override string ToString() => Value;
}
