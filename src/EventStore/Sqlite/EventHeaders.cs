using System.Text.Json;

namespace Strata.EventStore.Sqlite;

/// <summary>What Strata keeps in Marten's <c>headers</c> column: <c>{"commandId":"…","recordedAtNs":…}</c>.</summary>
internal readonly record struct EventHeaders(string Command, long RecordedAt)
{
    public static ReadOnlySpan<byte> CommandId => "commandId"u8;

    public static ReadOnlySpan<byte> RecordedAtNs => "recordedAtNs"u8;

    /// <exception cref="JsonException">Not an object with both members; others are passed over.</exception>
    public static EventHeaders Parse(ReadOnlySpan<byte> json)
    {
        string? command = null;
        long? recordedAt = null;
        var reader = new Utf8JsonReader(json);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("headers: expected a JSON object");
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isCommand = reader.ValueTextEquals(CommandId);
            var isTime = reader.ValueTextEquals(RecordedAtNs);
            reader.Read();
            if (isCommand && reader.TokenType == JsonTokenType.String)
            {
                command = reader.GetString();
            }
            else if (isTime && reader.TokenType == JsonTokenType.Number)
            {
                recordedAt = reader.GetInt64();
            }
            else
            {
                reader.Skip();
            }
        }

        return command is not null && recordedAt is { } time
            ? new(command, time)
            : throw new JsonException("headers: expected the members commandId (text) and recordedAtNs (number)");
    }
}
