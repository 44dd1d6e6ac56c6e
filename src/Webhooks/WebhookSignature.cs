using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Strata.Webhooks;

/// <summary>Signs a delivery so that its receiver knows who sent it, and when. Source: Standard Webhooks §Signature scheme (standardwebhooks.com).</summary>
public static class WebhookSignature
{
    public const string IdHeader = "webhook-id";
    public const string TimestampHeader = "webhook-timestamp";
    public const string SignatureHeader = "webhook-signature";

    /// <summary>Standard Webhooks' own form of a secret: base64 behind this.</summary>
    private const string SecretPrefix = "whsec_";

    private const string SymmetricVersion = "v1,";

    /// <summary>Shorter ones can be guessed. Standard Webhooks asks for 24 to 64 bytes; texts of people are longer for the same strength.</summary>
    private const int ShortestSecretBytes = 16;

    /// <returns>The key, or null where the text is too short or no base64 behind its prefix.</returns>
    public static ReadOnlyMemory<byte>? ParseSecret(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        byte[] key;
        if (text.StartsWith(SecretPrefix, StringComparison.Ordinal))
        {
            key = new byte[text.Length];
            if (!Convert.TryFromBase64String(text[SecretPrefix.Length..], key, out var length))
            {
                return null;
            }

            key = key[..length];
        }
        else
        {
            key = Encoding.UTF8.GetBytes(text);
        }

        return key.Length >= ShortestSecretBytes ? new ReadOnlyMemory<byte>(key) : default(ReadOnlyMemory<byte>?);
    }

    /// <returns>The value of <see cref="SignatureHeader"/>.</returns>
    public static string Sign(ReadOnlySpan<byte> secret, string id, DateTimeOffset at, string body) =>
        SymmetricVersion + Convert.ToBase64String(HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes($"{id}.{TimestampOf(at)}.{body}")));

    /// <summary>Seconds since 1970.</summary>
    public static string TimestampOf(DateTimeOffset at) => at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
}
