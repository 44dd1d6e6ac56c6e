using System.Buffers;
using System.Diagnostics;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Strata.Cli;

/// <summary>One JSON object a line: time, level, category, event, message, what the message names, and the trace that it belongs to.</summary>
internal sealed class JsonLogFormatter(TimeProvider time) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "strata-json";

    private const string OriginalFormat = "{OriginalFormat}";

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public JsonLogFormatter()
        : this(TimeProvider.System)
    {
    }

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            json.WriteString("time", time.GetUtcNow().UtcDateTime);
            json.WriteString("level", LevelOf(logEntry.LogLevel));
            json.WriteString("category", logEntry.Category);
            json.WriteString("event", logEntry.EventId.Name ?? TemplateOf(logEntry.State));
            json.WriteString("message", logEntry.Formatter(logEntry.State, logEntry.Exception));
            WriteFields(json, logEntry.State);
            if (logEntry.Exception is { } exception)
            {
                json.WriteString("exception", exception.ToString());
            }

            if (Activity.Current is { IdFormat: ActivityIdFormat.W3C } activity)
            {
                json.WriteString("trace_id", activity.TraceId.ToHexString());
                json.WriteString("span_id", activity.SpanId.ToHexString());
            }

            json.WriteEndObject();
        }

        textWriter.Write(Encoding.UTF8.GetString(buffer.WrittenSpan) + "\n");
    }

    private static void WriteFields<TState>(Utf8JsonWriter json, TState state)
    {
        if (state is not IReadOnlyList<KeyValuePair<string, object?>> values || values.All(v => v.Key == OriginalFormat))
        {
            return;
        }

        json.WriteStartObject("fields");
        foreach (var (name, value) in values.Where(v => v.Key != OriginalFormat).DistinctBy(v => v.Key))
        {
            switch (value)
            {
                case null: json.WriteNull(name); break;
                case long number: json.WriteNumber(name, number); break;
                case int number: json.WriteNumber(name, number); break;
                case bool truth: json.WriteBoolean(name, truth); break;
                default: json.WriteString(name, Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture)); break;
            }
        }

        json.WriteEndObject();
    }

    /// <summary>Messages have no names here: what they have in common is their text before it was filled.</summary>
    private static string? TemplateOf<TState>(TState state) =>
        (state as IReadOnlyList<KeyValuePair<string, object?>>)?.FirstOrDefault(v => v.Key == OriginalFormat).Value as string;

    private static string LevelOf(LogLevel level) => level switch
    {
        LogLevel.Trace => "trace",
        LogLevel.Debug => "debug",
        LogLevel.Information => "information",
        LogLevel.Warning => "warning",
        LogLevel.Error => "error",
        _ => "critical",
    };
}
