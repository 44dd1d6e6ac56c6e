using System.Text.Json.Nodes;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Strata.Catalog.Dataframes;
using Strata.Catalog.Protocol;

namespace Strata.Catalog.Tests.Replay;

/// <summary>Answers in a form that two correct servers share: decoded, without what is volatile, lists without order sorted.</summary>
internal static class WireForm
{
    public static JsonNode Of(IReadOnlyList<IMessage> messages, WireRules rules)
    {
        if (messages.Count > 0 && messages[0] is FetchChunksResponse)
        {
            return Sorted(messages.Cast<FetchChunksResponse>().SelectMany(m => m.Chunks).Select(c => Of(ArrowMsg.Parser.ParseFrom(c), rules)));
        }

        if (messages.Count > 0 && messages[0] is GetSchemasResponse)
        {
            return Sorted(messages.Select(m => Of(m, rules)));
        }

        return WireTables.Joined(messages) is { } table && messages[0] is not GetRrdManifestResponse
            ? WireTables.Form(table, rules)
            : new JsonArray([.. messages.Select(m => Of(m, rules))]);
    }

    private static JsonNode Of(IMessage message, WireRules rules) => message switch
    {
        Tuid => "id",
        TaskId => "task",
        DataframePart part => WireTables.Form(part.ToBatch("answer"), rules),
        Protocol.Schema schema => WireTables.Form(Arrow.Schema.FromIpcStream(schema.ArrowSchema.Memory)),
        RrdManifest manifest => Manifest(manifest, rules),
        ArrowMsg chunk => new JsonObject { ["segment"] = chunk.StoreId.RecordingId, ["chunk"] = WireTables.Form(PartOf(chunk).ToBatch("chunk"), rules) },
        _ => Fields(message, rules),
    };

    private static JsonObject Fields(IMessage message, WireRules rules)
    {
        var form = new JsonObject();
        foreach (var field in message.Descriptor.Fields.InDeclarationOrder().Where(f => !rules.VolatileFields.Contains(f.Name)))
        {
            if (field.IsRepeated)
            {
                var items = ((System.Collections.IEnumerable)field.Accessor.GetValue(message)).Cast<object>().Where(i => !IsCompanion(i)).Select(i => Value(i, rules)).ToList();
                if (items.Count > 0)
                {
                    form[field.Name] = Sorted(items);
                }
            }
            else if (field.HasPresence ? field.Accessor.HasValue(message) : !IsDefault(field, message))
            {
                form[field.Name] = Value(field.Accessor.GetValue(message), rules);
            }
        }

        return form;
    }

    /// <summary>The schema in a manifest is that of the file's footer, where the SDK leaves its columns in the order of a hash.</summary>
    private static JsonObject Manifest(RrdManifest manifest, WireRules rules)
    {
        var form = Fields(manifest, rules);
        if (form["sorbet_schema"] is JsonArray columns)
        {
            form["sorbet_schema"] = Sorted(columns.Select(column => column!.DeepClone()));
        }

        return form;
    }

    private static JsonNode Value(object value, WireRules rules) => value switch
    {
        IMessage inner => Of(inner, rules),
        ByteString bytes => Convert.ToHexStringLower(bytes.Span),
        string text => WireRules.WithoutIds(text),
        _ => JsonValue.Create(Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture))!,
    };

    private static JsonArray Sorted(IEnumerable<JsonNode> items) => [.. items.OrderBy(i => i.ToJsonString(), StringComparer.Ordinal)];

    /// <summary>A create that the recorded server refused left companions behind.</summary>
    private static bool IsCompanion(object item) => item is EntryDetails entry && WireRules.WithoutIds(entry.Name) != entry.Name;

    private static bool IsDefault(FieldDescriptor field, IMessage message) => field.Accessor.GetValue(message) switch
    {
        "" or false or 0 or 0L or 0u or 0ul or 0d or 0f => true,
        ByteString bytes => bytes.IsEmpty,
        Enum value => Convert.ToInt32(value, System.Globalization.CultureInfo.InvariantCulture) == 0,
        _ => false,
    };

    private static DataframePart PartOf(ArrowMsg chunk) => new()
    {
        EncoderVersion = EncoderVersion.V0,
        Payload = chunk.Payload,
        Compression = (Compression)(int)chunk.Compression,
        UncompressedSize = (ulong)chunk.UncompressedSize,
    };
}
