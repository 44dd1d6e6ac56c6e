using System.Text.RegularExpressions;

namespace Strata.Crash.Tests;

public sealed partial class ReliabilityPageTests
{
    [Fact]
    public async Task The_reliability_page_names_the_tests_of_the_other_faults_and_each_is_there()
    {
        ReliabilityParts.Kills(await File.ReadAllTextAsync(ReliabilityPage.Path, TestContext.Current.CancellationToken)).TrimEnd('\n').ShouldEndWith(ReliabilityPage.OtherFaults.TrimEnd('\n'));
        var named = NamedTest().Matches(ReliabilityPage.OtherFaults);
        named.Count.ShouldBe(7);
        foreach (Match test in named)
        {
            var file = Path.Combine(Repository.Root, "tests", test.Groups["room"].Value, test.Groups["class"].Value + ".cs");
            (await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken)).ShouldContain($" {test.Groups["test"].Value}(");
        }
    }

    [GeneratedRegex(@"`(?<room>\w+)/(?<class>\w+)\.(?<test>\w+)`")]
    private static partial Regex NamedTest();
}
