using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Strata.Catalog.Tokens;

namespace Strata.Catalog.Uploads;

/// <summary>
/// Tickets for one upload: whoever has one may send these bytes under this key until it expires, and needs nothing else. Signed with the key of the data directory, so that
/// another process that shares it takes the upload too. Source: catalog-protocol §11.6.
/// </summary>
internal sealed class UploadTickets(CatalogOptions options, TimeProvider clock)
{
    private const char Separator = '.';

    /// <summary>Sets these signatures apart from those of bearer tokens, which the same key makes.</summary>
    private static ReadOnlySpan<byte> Purpose => "strata upload ticket\n"u8;

    // Where there is no file for it, tickets are good for as long as this process runs.
    private readonly Lazy<byte[]> _key = new(() => options.SecretPath is { } path ? TokenSecret.LoadOrCreate(path) : RandomNumberGenerator.GetBytes(HMACSHA256.HashSizeInBytes));

    public string Issue(UploadTicket ticket)
    {
        var payload = JsonSerializer.SerializeToUtf8Bytes(ticket, UploadTicketJson.Default.UploadTicket);
        return $"{Base64Url.EncodeToString(payload)}{Separator}{Base64Url.EncodeToString(Sign(payload))}";
    }

    /// <returns>Null when it was not issued here.</returns>
    public UploadTicket? Read(string text, out bool isExpired)
    {
        isExpired = false;
        if (text.Split(Separator) is not [var payload, var signature] || Decode(payload) is not { } bytes || Decode(signature) is not { } signed
            || !CryptographicOperations.FixedTimeEquals(Sign(bytes), signed))
        {
            return null;
        }

        var ticket = JsonSerializer.Deserialize(bytes, UploadTicketJson.Default.UploadTicket)!;
        isExpired = clock.GetUtcNow() >= ticket.ExpiresAt;
        return ticket;
    }

    private static byte[]? Decode(string text) => Base64Url.IsValid(text) ? Base64Url.DecodeFromChars(text) : null;

    private byte[] Sign(ReadOnlySpan<byte> payload)
    {
        byte[] signed = [.. Purpose, .. payload];
        return HMACSHA256.HashData(_key.Value, signed);
    }
}

/// <param name="SizeBytes">As the client announced it; null: it did not.</param>
/// <param name="Owner">Subject of its token; null where none is needed.</param>
internal sealed record UploadTicket(string Key, long? SizeBytes, string? Owner, DateTimeOffset ExpiresAt);

[JsonSerializable(typeof(UploadTicket))]
internal sealed partial class UploadTicketJson : JsonSerializerContext;
