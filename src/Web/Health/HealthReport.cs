using System.Text.Json.Serialization;

namespace Strata.Web;

/// <summary>What <c>/health</c> answers to whoever asks for JSON.</summary>
/// <param name="Status">The worst of the parts: <c>ok, degraded, down</c>.</param>
/// <param name="Roles">What this process does.</param>
public sealed record HealthReport(string Status, string Version, IReadOnlyList<string> Roles, IReadOnlyList<HealthPart> Parts)
{
    public bool Serves => Status != HealthWords.Down;

    /// <summary>One line for a person or a script: <c>healthy</c>, or what is wrong.</summary>
    public string ToText()
    {
        var words = Parts.Where(p => p.Status == (Serves ? HealthWords.Degraded : HealthWords.Down)).Select(p => p.Words).OfType<string>().ToList();
        return Serves ? string.Join("; ", words.Prepend("healthy")) : string.Join("; ", words);
    }
}

/// <param name="Status"><c>ok, degraded, down</c>.</param>
/// <param name="SinceNs">Since when it has been so, as far as this process has looked: UTC nanoseconds.</param>
public sealed record HealthPart(string Name, string Status, long SinceNs, string? Words, string? Next);

public static class HealthWords
{
    public const string Ok = "ok";
    public const string Degraded = "degraded";
    public const string Down = "down";

    public static string Of(HealthStatus status) => status switch
    {
        HealthStatus.Ok => Ok,
        HealthStatus.Degraded => Degraded,
        _ => Down,
    };
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(HealthReport))]
public sealed partial class HealthJson : JsonSerializerContext;
