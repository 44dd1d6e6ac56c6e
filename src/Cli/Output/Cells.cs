using System.Globalization;
using System.Text.Json;

namespace Strata.Cli;

/// <summary>Values of tables as a person reads them.</summary>
internal static class Cells
{
    private const long NanosecondsPerTick = 100;

    /// <param name="type">The column's Arrow type in words.</param>
    public static string Text(JsonElement value, string type) => value.ValueKind switch
    {
        JsonValueKind.Null => "",
        JsonValueKind.Array => $"[{string.Join(", ", value.EnumerateArray().Select(item => Text(item, type)))}]",
        JsonValueKind.Object => $"{{{string.Join(", ", value.EnumerateObject().Select(m => $"{m.Name}: {Text(m.Value, "")}"))}}}",
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        JsonValueKind.Number when type.Contains("Timestamp", StringComparison.Ordinal) && value.TryGetInt64(out var ns) => Time(ns),
        JsonValueKind.Number when value.TryGetInt64(out var whole) => whole.ToString(CultureInfo.InvariantCulture),
        _ => value.GetDouble().ToString("G7", CultureInfo.InvariantCulture),
    };

    /// <param name="nanoseconds">Since 1970, UTC.</param>
    public static string Time(long nanoseconds) =>
        DateTimeOffset.UnixEpoch.AddTicks(nanoseconds / NanosecondsPerTick).ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture) + "Z";

    public static string Second(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    public static string Count(long number, string singular, string? plural = null) =>
        $"{number.ToString("N0", CultureInfo.InvariantCulture)} {(number == 1 ? singular : plural ?? singular + "s")}";

    /// <summary>At most <paramref name="columns"/> characters, the last ones.</summary>
    public static string EndOf(string text, int columns) => text.Length <= columns ? text : "…" + text[^(columns - 1)..];

    /// <summary>At most <paramref name="columns"/> characters, the first ones.</summary>
    public static string StartOf(string text, int columns) => text.Length <= columns ? text : text[..(columns - 1)] + "…";

    public static string Duration(TimeSpan time) => time.TotalSeconds < 1
        ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:N0} ms")
        : string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:N1} s");

    public static string Bytes(long bytes) => bytes switch
    {
        < 1_000 => $"{bytes} B",
        < 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e3:N1} kB"),
        < 1_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:N1} MB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:N2} GB"),
    };
}
