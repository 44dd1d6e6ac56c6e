using System.Text;

namespace Strata.Catalog.Tests.Tokens;

/// <summary>Parts of a token as text.</summary>
internal static class Base64Url
{
    public static string Encode(string text) => System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    public static string Decode(string part) => Encoding.UTF8.GetString(System.Buffers.Text.Base64Url.DecodeFromChars(part));
}
