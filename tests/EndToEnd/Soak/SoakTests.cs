using Strata.Bus.Tests;
using Strata.EndToEnd.Tests.Fleet;
using Strata.Servers;
using Strata.UnreliableBus;

namespace Strata.EndToEnd.Tests.Soak;

/// <summary>Fifty robots publish while servers and processes go away one after another and a worker is killed every few seconds: docs/reliability.md.</summary>
[Collection(FleetServers.Name)]
public sealed class SoakTests(PostgresServer server, RabbitMqBroker broker) : IDisposable
{
    /// <summary>A minute and a half where nobody else wants the cores; what never ends is a failure.</summary>
    private const int ShortPatience = 900_000;

    private readonly string _robots = Directory.CreateTempSubdirectory("strata-soak-").FullName;

    public void Dispose() => Directory.Delete(_robots, recursive: true);

    [Fact(Timeout = ShortPatience)]
    public async Task While_everything_fails_once_and_workers_die_all_the_time_nothing_is_lost_and_nothing_is_doubled() => await SoakAsync(SoakPlan.OneRound(Seeds.Next()));

    [Fact]
    public async Task While_everything_fails_for_hours_nothing_is_lost_and_nothing_is_doubled_and_memory_stays_flat()
    {
        var plan = SoakPlan.Asked(Seeds.Next);
        Assert.SkipWhen(plan is null, $"takes as long as it is told: eng/soak.sh 1h ({SoakPlan.Variable}) goes on with faults for so long and writes its part of docs/reliability.md");
        var report = await SoakAsync(plan!);
        var page = await File.ReadAllTextAsync(SoakPage.Path, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(SoakPage.Path, SoakPage.Write(page, Environment.GetEnvironmentVariable(SoakPlan.Variable)!, report), TestContext.Current.CancellationToken);
    }

    private async Task<SoakReport> SoakAsync(SoakPlan plan)
    {
        Assert.SkipWhen(server.ControlAbsence is not null, server.ControlAbsence ?? "");
        Assert.SkipWhen(broker.ControlAbsence is not null, broker.ControlAbsence ?? "");
        await using var fleet = await FleetUnderTest.CreateAsync(server, broker);
        await using var soak = await SoakFleet.StartAsync(fleet);
        return await new SoakRun(plan, soak, server, broker).RunAsync(_robots);
    }
}
