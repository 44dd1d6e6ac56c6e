using System.Globalization;
using System.Text.Json;
using Strata.Arrow;
using Strata.Contracts;
using Strata.Projections;

namespace Strata.Web;

/// <summary>Values of tags: true or false, a finite number or a text, in Arrow a list of one, as Rerun's properties are.</summary>
internal static class TagValues
{
    /// <param name="type">Of the column that the dataset has for the tag; null: none yet, and the value decides.</param>
    /// <exception cref="OperationException">It is no such value, or of another type than the dataset's other ones.</exception>
    public static ListArray ToList(string name, JsonElement value, ArrowType? type)
    {
        IArrowArray items = (type, value.ValueKind) switch
        {
            (null or BooleanType, JsonValueKind.True or JsonValueKind.False) => BooleanArray.From([value.GetBoolean()]),
            (null or DoubleType, JsonValueKind.Number) when value.TryGetDouble(out var number) && double.IsFinite(number) => DoubleArray.From([number]),
            (Int64Type, JsonValueKind.Number) when value.TryGetInt64(out var whole) => Int64Array.From([whole]),
            (null or StringType, JsonValueKind.String) => Text(name, value.GetString()!),

            // `robot=7` where others are called arm_3: what was written is the text.
            (StringType, JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False) => Text(name, value.GetRawText()),
            (null, _) => throw Refused($"tag '{name}': expected true, false, a number or a text, found {Short(value)}"),
            _ => throw Refused($"tag '{name}': expected {Words(type!)}, which it is in the other segments of the dataset, found {Short(value)}"),
        };
        return ListArray.From(new Field("item", items.DataType, nullable: true), [0, 1], items);
    }

    /// <summary>The tags of a segment's properties, by name and in its order; of a list with several values the list.</summary>
    public static IReadOnlyDictionary<string, JsonElement> Read(RecordBatch properties)
    {
        var tags = new SortedDictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var (field, column) in properties.Schema.FieldsList.Zip(properties.Arrays).Where(c => c.First.Name.StartsWith(TagNames.Prefix, StringComparison.Ordinal)))
        {
            if (ArrowCells.ReaderOf(column)(0) is ExpressionValue.Items { Values: [var single] })
            {
                tags[field.Name[TagNames.Prefix.Length..]] = Json(single);
            }
        }

        return tags;
    }

    /// <summary><c>reviewed = true, by = 'ann'</c>; empty where there are none.</summary>
    public static string Words(RecordBatch properties) => string.Join(", ", Read(properties).Select(t => $"{t.Key} = {(t.Value.ValueKind == JsonValueKind.String ? $"'{t.Value.GetString()}'" : t.Value.GetRawText())}"));

    private static JsonElement Json(ExpressionValue value) => value switch
    {
        ExpressionValue.Truth truth => JsonSerializer.SerializeToElement(truth.Value, ApiJson.Default.Boolean),
        ExpressionValue.Number { Whole: { } whole } => JsonSerializer.SerializeToElement(whole, ApiJson.Default.Int64),
        ExpressionValue.Number number => JsonSerializer.SerializeToElement(number.Value, ApiJson.Default.Double),
        ExpressionValue.Text text => JsonSerializer.SerializeToElement(text.Value, ApiJson.Default.String),
        _ => JsonElement.Parse("null"),
    };

    private static StringArray Text(string name, string text) => text.Length is > 0 and <= TagNames.MaxTextLength
        ? StringArray.From(text)
        : throw Refused(string.Create(CultureInfo.InvariantCulture, $"tag '{name}': expected a text of 1 to {TagNames.MaxTextLength} characters, found {text.Length}"));

    private static string Words(ArrowType type) => type switch
    {
        BooleanType => "true or false",
        DoubleType => "a number",
        Int64Type => "a whole number",
        StringType => "a text",
        _ => $"a value of type {type}, which only the client that set it can give",
    };

    private static string Short(JsonElement value)
    {
        const int shown = 60;
        var text = value.GetRawText();
        return text.Length <= shown ? text : string.Concat(text.AsSpan(0, shown), "…");
    }

    private static OperationException Refused(string message) => new(OperationErrors.Invalid, message, null);
}
