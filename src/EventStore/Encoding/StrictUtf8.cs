using System.Text;

namespace Strata.EventStore;

/// <summary>UTF-8 of well-formed text and nothing else: two different ids must not become one by replacement characters.</summary>
internal static class StrictUtf8
{
    public static UTF8Encoding Encoding { get; } = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
}
