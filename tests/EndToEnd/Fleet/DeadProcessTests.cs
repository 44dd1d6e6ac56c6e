using Strata.Bus.Tests;
using Strata.Servers;

namespace Strata.EndToEnd.Tests.Fleet;

/// <summary>Processes of a fleet that die, or are told to end, in the middle of something.</summary>
[Collection(FleetServers.Name)]
public sealed class DeadProcessTests(PostgresServer server, RabbitMqBroker broker)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = FleetUnderTest.Patience)]
    public async Task What_a_worker_derived_when_it_was_killed_another_one_derives_and_it_takes_effect_once()
    {
        await using var fleet = await FleetUnderTest.CreateAsync(server, broker);
        await fleet.StartAsync("catalog");
        await fleet.StartAsync("relay");
        var dies = await fleet.StartWorkerAsync("a worker that dies", "hold");
        var registered = fleet.RegisterAsync(Samples.Files, "--wait");
        await dies.SaysAsync("derives");

        await dies.KillAsync();
        await fleet.StartAsync("workers");
        await registered.WaitAsync(Patience, Token);

        (await fleet.EffectsAsync()).ShouldBe(FleetUnderTest.Whole(5));
        // The one that was begun by who died counts.
        (await fleet.Database.ReadAsync("select max(attempts) from strata.work_claims")).ShouldBe(["2"]);
    }

    [Fact(Timeout = FleetUnderTest.Patience)]
    public async Task A_worker_that_is_told_to_end_gives_its_attempt_back()
    {
        await using var fleet = await FleetUnderTest.CreateAsync(server, broker);
        await fleet.StartAsync("catalog");
        await fleet.StartAsync("relay");
        var ends = await fleet.StartWorkerAsync("a worker that ends", "hold");
        var registered = fleet.RegisterAsync(Samples.Files, "--wait");
        await ends.SaysAsync("derives");
        (await fleet.Database.ReadAsync("select bool_and(owner is not null), min(attempts), max(attempts) from strata.work_claims")).ShouldBe(["t|0|1"]);

        (await ends.TerminateAsync()).ShouldBe(0);

        (await fleet.Database.ReadAsync("select distinct attempts, owner is not null from strata.work_claims")).ShouldBe(["0|f"]);
        await fleet.StartAsync("workers");
        await registered.WaitAsync(Patience, Token);
        (await fleet.EffectsAsync()).ShouldBe(FleetUnderTest.Whole(5));
        (await fleet.Database.ReadAsync("select max(attempts) from strata.work_claims")).ShouldBe(["1"]);
    }

    [Fact(Timeout = FleetUnderTest.Patience)]
    public async Task Whichever_service_is_killed_while_recordings_come_in_what_was_answered_is_there_once_with_all_its_layers()
    {
        await using var fleet = await FleetUnderTest.CreateAsync(server, broker);
        var running = new Dictionary<string, StrataServerProcess>();
        foreach (var service in ComposeFile.Strata)
        {
            running[service.Name] = await fleet.StartAsync(service.Name);
        }

        var count = 0;
        foreach (var service in ComposeFile.Strata.Select(s => s.Name))
        {
            // The catalog answers who registers: it is killed when it has, before anything was derived.
            await fleet.RegisterAsync(fleet.Record(service, 20));
            count += 20;
            await running[service].KillAsync();
            running[service] = await fleet.StartAsync(service);
        }

        await fleet.RegisterAsync(fleet.Record("last", 1), "--wait");
        await fleet.SettleAsync();

        (await fleet.EffectsAsync()).ShouldBe(FleetUnderTest.Whole(count + 1));
    }
}
