using System.Text.Json;
using Strata.Contracts;

namespace Strata.EventStore;

/// <summary>What Strata keeps in Marten's <c>headers</c> column: <c>{"commandId":"…","recordedAtNs":…,"writtenBy":"…"}</c>, and where somebody traces <c>"traceparent":"…"</c>.</summary>
/// <param name="Writer">The version of Strata that appended; null in events from before it was written down.</param>
/// <param name="Exact">The event's own JSON (member <c>exactJson</c>, a string) where the column <c>data</c> could not hold it as it is; else null.</param>
internal readonly record struct EventHeaders(string Command, long RecordedAt, string? Writer, byte[]? Exact)
{
    public static ReadOnlySpan<byte> CommandId => "commandId"u8;

    public static ReadOnlySpan<byte> RecordedAtNs => "recordedAtNs"u8;

    public static ReadOnlySpan<byte> WrittenBy => "writtenBy"u8;

    public static ReadOnlySpan<byte> ExactJson => "exactJson"u8;

    /// <summary>W3C's trace context of what brought the event; null where nobody traced.</summary>
    public string? TraceParent { get; init; }

    public byte[] ToJson()
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteString(CommandId, Command);
            json.WriteNumber(RecordedAtNs, RecordedAt);
            if (Writer is { } version)
            {
                json.WriteString(WrittenBy, version);
            }

            if (TraceParent is { } trace)
            {
                json.WriteString(StrataTracing.TraceParent, trace);
            }

            if (Exact is { } exact)
            {
                json.WriteString(ExactJson, exact);
            }

            json.WriteEndObject();
        }

        return stream.ToArray();
    }

    /// <exception cref="JsonException">Not an object with the first two members; others are passed over.</exception>
    public static EventHeaders Parse(ReadOnlySpan<byte> json)
    {
        string? command = null;
        long? recordedAt = null;
        string? writer = null;
        byte[]? exact = null;
        string? trace = null;
        var reader = new Utf8JsonReader(json);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("headers: expected a JSON object");
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isCommand = reader.ValueTextEquals(CommandId);
            var isTime = reader.ValueTextEquals(RecordedAtNs);
            var isWriter = reader.ValueTextEquals(WrittenBy);
            var isExact = reader.ValueTextEquals(ExactJson);
            var isTrace = reader.ValueTextEquals(StrataTracing.TraceParent);
            reader.Read();
            if (isCommand && reader.TokenType == JsonTokenType.String)
            {
                command = reader.GetString();
            }
            else if (isTime && reader.TokenType == JsonTokenType.Number)
            {
                recordedAt = reader.GetInt64();
            }
            else if (isWriter && reader.TokenType == JsonTokenType.String)
            {
                writer = reader.GetString();
            }
            else if (isExact && reader.TokenType == JsonTokenType.String)
            {
                exact = StrictUtf8.Encoding.GetBytes(reader.GetString()!);
            }
            else if (isTrace && reader.TokenType == JsonTokenType.String)
            {
                trace = reader.GetString();
            }
            else
            {
                reader.Skip();
            }
        }

        return command is not null && recordedAt is { } time
            ? new(command, time, writer, exact) { TraceParent = trace }
            : throw new JsonException("headers: expected the members commandId (text) and recordedAtNs (number)");
    }
}
