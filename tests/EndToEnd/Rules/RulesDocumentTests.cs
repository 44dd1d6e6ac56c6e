using System.Text.RegularExpressions;

namespace Strata.EndToEnd.Tests;

/// <summary>docs/rules.md names the tests of each rule: those it names exist, and those that a rule's number names are in it.</summary>
public sealed partial class RulesDocumentTests
{
    private const int Rules = 15;

    private static readonly string Tests = Path.Combine(Samples.Repository, "tests");

    public static TheoryData<int> Numbers => [.. Enumerable.Range(1, Rules)];

    [Theory]
    [MemberData(nameof(Numbers))]
    public void Each_rule_names_tests_that_exist(int rule)
    {
        var named = Named()[rule];

        named.ShouldNotBeEmpty();
        named.Except(Existing().Select(t => t.Name)).ShouldBeEmpty($"docs/rules.md, rule {rule}: there is no such test (any more)");
        named.ShouldBeUnique();
    }

    [Fact]
    public void A_test_that_says_a_rule_in_its_name_is_listed_under_it()
    {
        var named = Named();
        var missing = Existing().Where(t => RuleInName().Match(t.Name) is { Success: true } match && !named[int.Parse(match.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture)].Contains(t.Name));

        missing.Select(t => t.Name).ShouldBeEmpty("add them to docs/rules.md");
    }

    [Fact]
    public void The_rules_are_numbered_from_1_to_15_and_ARCHITECTURE_links_to_them()
    {
        Named().Keys.ShouldBe(Enumerable.Range(1, Rules));
        File.ReadAllText(Path.Combine(Samples.Repository, "ARCHITECTURE.md")).ShouldContain("docs/rules.md");
    }

    /// <summary>Rule → the tests that its line names, as <c>Room/Class.Method</c>.</summary>
    private static Dictionary<int, List<string>> Named() => File.ReadLines(Path.Combine(Samples.Repository, "docs", "rules.md"))
        .Select(line => RuleLine().Match(line))
        .Where(match => match.Success)
        .ToDictionary(
            match => int.Parse(match.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture),
            match => TestName().Matches(match.Groups[2].Value).Select(test => test.Groups[1].Value).ToList());

    private static IEnumerable<(string Name, string File)> Existing() =>
        from file in Directory.EnumerateFiles(Tests, "*.cs", SearchOption.AllDirectories)
        where !file.Contains("/obj/", StringComparison.Ordinal)
        let text = File.ReadAllText(file)
        let type = TestClass().Match(text)
        where type.Success
        from Match test in TestMethod().Matches(text)
        select ($"{Path.GetRelativePath(Tests, file).Split(Path.DirectorySeparatorChar)[0]}/{type.Groups[1].Value}.{test.Groups[1].Value}", file);

    [GeneratedRegex(@"^\| (\d+) \|(.*)$")]
    private static partial Regex RuleLine();

    [GeneratedRegex(@"`(\w+/\w+\.\w+)`")]
    private static partial Regex TestName();

    [GeneratedRegex(@"^public (?:sealed |abstract |partial )*class (\w+)", RegexOptions.Multiline)]
    private static partial Regex TestClass();

    [GeneratedRegex(@"\[(?:Fact|Theory)\b[^\r\n]*\]\s+(?:\[[^\r\n]*\]\s+)*public (?:static |virtual )*(?:async )?[\w<>]+ (\w+)\(")]
    private static partial Regex TestMethod();

    [GeneratedRegex(@"\.Rule_(\d+)_")]
    private static partial Regex RuleInName();
}
