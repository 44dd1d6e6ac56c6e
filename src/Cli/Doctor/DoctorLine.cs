using System.Text.Json.Serialization;

namespace Strata.Cli;

/// <summary>One thing that was looked at.</summary>
/// <param name="Status"><c>ok, warning, problem</c>.</param>
/// <param name="Next">What to do; null where nothing is to be done.</param>
internal sealed record DoctorLine(string Name, string Status, string Words, string? Next)
{
    public const string IsOk = "ok";
    public const string IsWarning = "warning";
    public const string IsProblem = "problem";

    public static DoctorLine Ok(string name, string words) => new(name, IsOk, words, null);

    public static DoctorLine Warning(string name, string words, string next) => new(name, IsWarning, words, next);

    public static DoctorLine Problem(string name, string words, string next) => new(name, IsProblem, words, next);
}

/// <summary>Looks at one thing. What it throws becomes a problem.</summary>
internal interface IDoctorCheck
{
    string Name { get; }

    IAsyncEnumerable<DoctorLine> LookAsync(CancellationToken cancellationToken);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(IReadOnlyList<DoctorLine>))]
internal sealed partial class DoctorJson : JsonSerializerContext;
