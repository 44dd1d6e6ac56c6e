namespace Strata.Cli.Tests;

public sealed class LatenciesTests
{
    [Fact]
    public void Percentiles_are_those_of_the_values_to_one_per_cent()
    {
        var latencies = new Latencies();
        foreach (var ms in Enumerable.Range(1, 1_000))
        {
            latencies.Add(TimeSpan.FromMilliseconds(ms));
        }

        latencies.Percentile(0.5).ShouldNotBeNull().ShouldBeInRange(500, 505.1);
        latencies.Percentile(0.99).ShouldNotBeNull().ShouldBeInRange(990, 1_000);
    }

    [Fact]
    public void Without_values_there_is_none_and_those_beyond_all_ranges_count_in_the_last()
    {
        var latencies = new Latencies();
        latencies.Percentile(0.5).ShouldBeNull();

        latencies.Add(TimeSpan.Zero);
        latencies.Percentile(0.5).ShouldBe(0.1);
        latencies.Add(TimeSpan.FromDays(400));
        latencies.Percentile(1).ShouldNotBeNull().ShouldBeGreaterThan(3_600_000);
    }
}
