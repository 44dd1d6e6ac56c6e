using Microsoft.Extensions.Configuration;
using Strata.Web;

namespace Strata.Cli.Tests;

public sealed class HostSettingsTests
{
    [Theory]
    [InlineData("00:00:05", 5_000)]
    [InlineData("00:00:00.010", 10)]
    [InlineData("1.00:00:00", 86_400_000)]
    public void The_sweep_of_the_workers_can_be_set(string text, int milliseconds) => Settings(text).SweepEvery.ShouldBe(TimeSpan.FromMilliseconds(milliseconds));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void What_is_not_set_is_left_to_the_workers(string? text) => Settings(text).SweepEvery.ShouldBeNull();

    [Theory]
    [InlineData("soon")]
    [InlineData("00:00:00")]
    [InlineData("-00:00:05")]
    [InlineData("2.00:00:00")]
    public void A_sweep_that_cannot_be_is_refused_with_the_setting_what_was_expected_and_what_was_found(string text)
    {
        var refused = Should.Throw<OperationException>(() => Settings(text).SweepEvery);

        refused.Message.ShouldContain("Strata:Workers:SweepEvery: expected a time");
        refused.Message.ShouldContain($"found '{text}'");
    }

    private static HostSettings Settings(string? sweep) =>
        new(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["Strata:Workers:SweepEvery"] = sweep }).Build(), Verbose: false);
}
