using System.Text.RegularExpressions;

namespace Strata.EndToEnd.Tests;

/// <summary>A log line that carries an exception is printed with its stack trace: that is for <c>--verbose</c>, which shows what is logged as debug.</summary>
public sealed partial class OneLineLogsTests
{
    /// <summary>What nobody expected: whoever runs the server needs where it happened to report it, and the caller was told a trace id only.</summary>
    private static readonly string Unexpected = Path.Combine("src", "Catalog", "Transport", "ErrorInterceptor.cs");

    [Fact]
    public void Whoever_did_not_ask_for_details_gets_no_stack_trace()
    {
        var traced = Directory.EnumerateFiles(Path.Combine(Samples.Repository, "src"), "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Contains("/obj/", StringComparison.Ordinal))
            .Where(f => !f.EndsWith(Unexpected, StringComparison.Ordinal))
            .SelectMany(f => WithException().Matches(File.ReadAllText(f)).Select(m => $"{Path.GetRelativePath(Samples.Repository, f)}: {m.Value}"));

        traced.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("logger.LogWarning(fault, \"x\")", true)]
    [InlineData("_logger.LogError(\n    e.InnerException, \"x\")", true)]
    [InlineData("logger.LogWarning(\"x: {Reason}\", fault.Message)", false)]
    [InlineData("logger.LogWarning(\n    $\"x\")", false)]
    [InlineData("logger.LogDebug(fault, \"x\")", false)]
    public void The_look_through_the_sources_sees_them(string code, bool traced) => WithException().IsMatch(code).ShouldBe(traced);

    [GeneratedRegex(@"\.Log(Information|Warning|Error|Critical)\(\s*[A-Za-z_][^"",]*,")]
    private static partial Regex WithException();
}
