using System.Text.RegularExpressions;
using Strata.Contracts;

namespace Strata.EndToEnd.Tests;

/// <summary>What a person can set, or meets as a reason, stands in the documentation.</summary>
public sealed partial class DocumentedNamesTests
{
    [Fact]
    public void Every_setting_of_the_program_is_in_the_page_about_serving()
    {
        var page = Page("serving.md");
        var keys = Directory.EnumerateFiles(Path.Combine(Samples.Repository, "src", "Cli"), "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Contains("/obj/", StringComparison.Ordinal))
            .SelectMany(f => Key().Matches(File.ReadAllText(f)).Select(m => m.Groups[1].Value))
            .Distinct().ToList();

        keys.Count.ShouldBeGreaterThan(10);
        keys.Where(k => !page.Contains($"`{k.Replace(":", "__", StringComparison.Ordinal)}", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(typeof(SkipReasons))]
    [InlineData(typeof(FailureReasons))]
    public void Every_reason_of_a_rule_is_in_the_page_about_derivations(Type reasons)
    {
        var page = Page("derivations.md");
        var names = reasons.GetFields().Where(f => f.IsLiteral).Select(f => (string)f.GetRawConstantValue()!).ToList();

        names.ShouldNotBeEmpty();
        names.Where(n => !page.Contains($"`{n}`", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [Fact]
    public void The_page_about_derivations_says_of_each_outcome_and_reason_what_the_program_says()
    {
        var page = Page("derivations.md");
        var table = page[(page.IndexOf("|---|---|---|---|", page.IndexOf("<!-- reasons", StringComparison.Ordinal), StringComparison.Ordinal) + 18)..page.IndexOf("<!-- end of reasons", StringComparison.Ordinal)];
        table.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .ShouldBe(ReasonLines.All.Select(l => $"| `{l.Outcome}` | {(l.Reason is null ? "–" : $"`{l.Reason}`")} | {l.Meaning} | {l.WhatToDo} |"));
    }

    [Fact]
    public void Every_reason_has_a_line_that_says_what_to_do()
    {
        var reasons = new[] { typeof(SkipReasons), typeof(FailureReasons), typeof(ReviewReasons) }.SelectMany(t => t.GetFields()).Where(f => f.IsLiteral).Select(f => (string)f.GetRawConstantValue()!);
        reasons.Where(r => ReasonLines.All.All(l => l.Reason != r)).ShouldBeEmpty();
        var outcomes = typeof(DerivationOutcomes).GetFields().Where(f => f.IsLiteral).Select(f => (string)f.GetRawConstantValue()!);
        outcomes.Where(o => ReasonLines.All.All(l => l.Outcome != o)).ShouldBeEmpty();
        ReasonLines.All.Select(l => (l.Outcome, l.Reason)).ShouldBeUnique();
    }

    private static string Page(string name) => File.ReadAllText(Path.Combine(Samples.Repository, "docs", name));

    [GeneratedRegex("\"(Strata:[A-Za-z:]+[A-Za-z])\"")]
    private static partial Regex Key();
}
