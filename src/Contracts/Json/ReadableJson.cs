using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Strata.Contracts;

/// <summary>JSON on one line as a person reads it: <c>mean &lt; 0.13</c> and letters outside ASCII stand as they are. It is the same value as its canonical form, which is what is stored and hashed.</summary>
public static class ReadableJson
{
    /// <summary>A terminal is no web page.</summary>
    private static readonly JsonWriterOptions Written = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Of(JsonElement value)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, Written))
        {
            value.WriteTo(writer);
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    /// <inheritdoc cref="Of(JsonElement)"/>
    public static string Of(CanonicalJson value) => Of(JsonElement.Parse(value.Text));
}
