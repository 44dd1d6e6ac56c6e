using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace Strata.Cli;

/// <summary>The one JSON document of a command: indented, UTF-8 letters as they are.</summary>
internal static class JsonOutput
{
    /// <summary>A terminal or a file is no web page: escaping every letter outside ASCII would only make names unreadable.</summary>
    private static readonly JsonWriterOptions Written = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Task WriteAsync<T>(Terminal terminal, T value, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        WriteAsync(terminal, JsonSerializer.SerializeToElement(value, type), cancellationToken);

    /// <summary>An object with only some of its members: those that the command line contract names.</summary>
    public static Task WriteAsync(Terminal terminal, JsonNode value, CancellationToken cancellationToken) =>
        WriteAsync(terminal, JsonElement.Parse(value.ToJsonString()), cancellationToken);

    public static async Task WriteAsync(Terminal terminal, JsonElement value, CancellationToken cancellationToken)
    {
        using var buffer = new MemoryStream();
        await using (var writer = new Utf8JsonWriter(buffer, Written))
        {
            value.WriteTo(writer);
        }

        buffer.Position = 0;
        using var reader = new StreamReader(buffer);
        await terminal.Out.WriteLineAsync((await reader.ReadToEndAsync(cancellationToken)).AsMemory(), cancellationToken);
        await terminal.Out.FlushAsync(cancellationToken);
    }
}
