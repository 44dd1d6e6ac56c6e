using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Strata.Arrow;
using Strata.Catalog.Dataframes;
using Strata.Catalog.Protocol;
using Strata.Web;

namespace Strata.Catalog.Tests.Replay;

/// <summary>Tables of answers: messages of one stream are one logical table.</summary>
internal static class WireTables
{
    private static readonly string[] SortedBy = ["rerun_segment_id", "chunk_segment_id", "rerun_segment_layer", "rerun_layer_name", "chunk_id", "name", "id"];

    /// <summary>The table in each message; none when the messages are no tables.</summary>
    public static IReadOnlyList<RecordBatch> All(IReadOnlyList<IMessage> messages)
    {
        var parts = messages.Select(PartOf).ToList();
        return parts.Contains(null) ? [] : [.. parts.Select(p => p!.ToBatch("answer"))];
    }

    /// <returns>Null when the messages are no tables, or tables of different columns.</returns>
    public static RecordBatch? Joined(IReadOnlyList<IMessage> messages)
    {
        var batches = All(messages);
        if (batches.Count == 0 || batches.Any(b => !b.Schema.Equals(batches[0].Schema)))
        {
            return null;
        }

        var columns = Enumerable.Range(0, batches[0].ColumnCount).Select(k => ArrayConcatenator.Concatenate([.. batches.Select(b => b.Column(k))]));
        return new(batches[0].Schema, columns, batches.Sum(b => b.Length));
    }

    public static JsonObject Form(RecordBatch table, WireRules rules) => new() { ["columns"] = Form(table.Schema), ["rows"] = Rows(table, rules) };

    /// <summary>The columns of a schema of recordings in their order; of the catalog's own tables index and property columns by name: servers list those in any order.</summary>
    public static JsonArray Form(Arrow.Schema schema)
    {
        var fields = schema.FieldsList;
        return [.. fields.Where(IsBase).Concat(fields.Where(f => !IsBase(f)).OrderBy(f => f.Name, StringComparer.Ordinal)).Select(Form)];
    }

    private static DataframePart? PartOf(IMessage message) => message switch
    {
        ScanTableResponse answer => answer.DataframePart,
        GetRrdManifestResponse answer => answer.RrdManifest.Data,
        _ => message.Descriptor.FindFieldByName("data")?.Accessor.GetValue(message) as DataframePart,
    };

    private static bool IsBase(Field field) => field.Metadata.ContainsKey("rerun:kind") || (!field.Name.StartsWith("property:", StringComparison.Ordinal) && !field.Metadata.ContainsKey("rerun:index"));

    private static JsonNode Form(Field field)
    {
        var metadata = field.Metadata.Where(m => !m.Key.StartsWith("sorbet:", StringComparison.Ordinal)).OrderBy(m => m.Key, StringComparer.Ordinal).Select(m => $"{m.Key}={m.Value}");
        return $"{field.Name}: {field.DataType}{(field.IsNullable ? "" : "!")} {{{string.Join(", ", metadata)}}}";
    }

    private static JsonArray Rows(RecordBatch table, WireRules rules)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            RecordBatchJson.WriteRows(writer, table);
        }

        var rows = JsonNode.Parse(buffer.WrittenSpan)!.AsArray().Select(r => r!.AsObject()).ToList();
        foreach (var row in rows)
        {
            foreach (var column in rules.VolatileColumns)
            {
                row.Remove(column);
            }

            if (row["name"] is { } name)
            {
                row["name"] = WireRules.WithoutIds(name.GetValue<string>());
            }
        }

        return [.. rows.OrderBy(r => string.Join('\n', SortedBy.Select(c => r[c]?.ToJsonString())), StringComparer.Ordinal).ThenBy(r => r.ToJsonString(), StringComparer.Ordinal).Select(r => r.DeepClone())];
    }
}
