using System.Text.Json;
using System.Text.Json.Serialization;

namespace Strata.Contracts;

/// <summary>Enum values in JSON are written like every other word there: <c>given</c>, <c>copy</c>, <c>timestamp</c>; a number is refused.</summary>
internal sealed class CamelCaseEnumConverter<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.CamelCase, allowIntegerValues: false)
    where T : struct, Enum;
