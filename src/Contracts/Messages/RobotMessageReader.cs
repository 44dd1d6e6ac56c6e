using System.Text;
using System.Text.Json;

namespace Strata.Contracts;

/// <summary>
/// Reads the messages between robots and Strata as any language writes them: bare JSON, or the <c>message</c> of MassTransit's envelope. Unknown fields are ignored;
/// a missing or wrong one is named, and never read as if it were empty.
/// </summary>
public static class RobotMessageReader
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    private static readonly string[] Outcomes = [RecordingOutcomes.Accepted, RecordingOutcomes.Known, RecordingOutcomes.Quarantined];

    public static ReadMessage<RecordingPublished> ReadPublished(ReadOnlyMemory<byte> body) => Read(body, Published);

    public static ReadMessage<RecordingAnswered> ReadAnswered(ReadOnlyMemory<byte> body) => Read(body, Answered);

    public static ReadMessage<RobotHeartbeat> ReadHeartbeat(ReadOnlyMemory<byte> body) => Read(body, Heartbeat);

    private static ReadMessage<T> Read<T>(ReadOnlyMemory<byte> body, Func<MessageFields, T> read)
        where T : class
    {
        var names = MessageNames.None;
        try
        {
            if (body.Length > RobotMessageLimits.MaxMessageBytes)
            {
                throw MessageFields.Refuse(MessageRefusal.Whole, $"at most {RobotMessageLimits.MaxMessageBytes} bytes", $"{body.Length}");
            }

            using var document = JsonDocument.Parse(body, Strict);
            var fields = new MessageFields(Unwrapped(document.RootElement));
            names = NamesOf(fields);
            return new(read(fields), null, names);
        }
        catch (JsonException e)
        {
            return new(null, new(MessageRefusal.Whole, "a JSON object with each field once", MessageFields.Printable($"{(body.IsEmpty ? "an empty body" : "other bytes")} ({e.Message})")), names);
        }
        catch (MessageFieldException e)
        {
            return new(null, e.Refusal, names);
        }
    }

    /// <summary>An envelope has the types that its message is beside it, which no message of ours has.</summary>
    private static JsonElement Unwrapped(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw MessageFields.Refuse(MessageRefusal.Whole, "a JSON object", root.ValueKind == JsonValueKind.Array ? "a list" : $"{root.ValueKind}");
        }

        if (!root.TryGetProperty("messageType", out _) || !root.TryGetProperty("message", out var inner))
        {
            return root;
        }

        return inner.ValueKind == JsonValueKind.Object ? inner : throw MessageFields.Refuse("message", "an object in MassTransit's envelope", $"{inner.ValueKind}");
    }

    private static MessageNames NamesOf(MessageFields fields) => new(
        fields.Readable("messageId", MessageId), fields.Readable("robot", RobotMessageLimits.RefuseRobot), fields.Readable("dataset", Names.RefuseEntryName), fields.Readable("layer", Layer));

    private static RecordingPublished Published(MessageFields fields)
    {
        var message = new RecordingPublished(
            fields.Text("messageId", MessageId),
            fields.Text("robot", RobotMessageLimits.RefuseRobot),
            fields.Text("dataset", Names.RefuseEntryName),
            fields.Text("layer", Layer),
            fields.OptionalInt64("recordedAtNs"),
            fields.OptionalText("storageUrl", Url),
            fields.OptionalDigest("upload"),
            fields.OptionalCount("sizeBytes"),
            fields.OptionalDigest("sha256"),
            fields.OptionalText("segmentId", Segment),
            fields.OptionalDigest("replaces"))
        {
            Cut = fields.Flag("cut"),
        };
        return message switch
        {
            { StorageUrl: null, Upload: null } => throw MessageFields.Refuse("upload", "the SHA-256 of an uploaded file (or 'storageUrl' instead)", "neither"),
            { StorageUrl: not null, Upload: not null } => throw MessageFields.Refuse("storageUrl", "either 'storageUrl' or 'upload'", "both"),
            { Upload: { } upload, Sha256: { } sha256 } when upload != sha256 => throw MessageFields.Refuse("sha256", $"that of the upload ({upload})", $"{sha256}"),
            _ => message,
        };
    }

    private static RecordingAnswered Answered(MessageFields fields) => new(
        fields.Text("messageId", Anything),
        fields.Text("robot", Anything),
        fields.Text("dataset", Anything),
        fields.Text("layer", Anything),
        fields.Text("outcome", o => Outcomes.Contains(o, StringComparer.Ordinal) ? null : $"one of {string.Join(", ", Outcomes)}"),
        fields.OptionalText("segmentId", Anything),
        fields.OptionalInt64("position"),
        fields.OptionalText("reason", Anything),
        fields.OptionalDigest("quarantineId"));

    private static RobotHeartbeat Heartbeat(MessageFields fields) => new(
        fields.Text("robot", RobotMessageLimits.RefuseRobot),
        fields.Int64("sentAtNs"),
        fields.Count("spooled"),
        fields.Count("spooledBytes"),
        fields.OptionalInt64("oldestSpooledAtNs"),
        fields.OptionalText("version", v => Names.RefuseId("version", v)));

    private static string? MessageId(string text) => Names.RefuseId("message", text);

    private static string? Layer(string text) => Names.RefuseId("layer", text);

    private static string? Segment(string text) => Names.RefuseId("segment", text);

    private static string? Anything(string text) => null;

    private static string? Url(string text) =>
        text.Length == 0 ? "it must not be empty"
        : Encoding.UTF8.GetByteCount(text) > RobotMessageLimits.MaxUrlBytes ? $"at most {RobotMessageLimits.MaxUrlBytes} bytes of UTF-8"
        : text.Contains('\0', StringComparison.Ordinal) ? "no NUL character"
        : null;
}
