using System.Text.Json.Serialization;

namespace Strata.Catalog.Tokens;

/// <summary>The form in which REST tells errors.</summary>
internal sealed record Refused(string Code, string Message, string? Next);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(Refused))]
internal sealed partial class RefusedJson : JsonSerializerContext;
