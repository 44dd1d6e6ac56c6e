using Strata.Bus.Tests;
using Strata.Servers;

namespace Strata.EndToEnd.Tests.Fleet;

/// <summary>Several processes of Strata ask the workers at one queue. Source: docs/your-own-deriver.md.</summary>
[Collection(FleetServers.Name)]
public sealed class SharedQueueTests(PostgresServer server, RabbitMqBroker broker)
{
    private const int Segments = 12;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly string _queue = $"strata.deriver.{Guid.NewGuid():N}";
    private readonly List<StrataServerProcess> _workers = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = FleetUnderTest.Patience)]
    public async Task Two_worker_processes_at_one_queue_have_each_segment_derived_once()
    {
        await using var fleet = await StartAsync("a", "b");
        await using var worker = await HoldingWorker.StartAsync(broker.Address!, _queue, atOnce: Segments);
        var registered = fleet.RegisterAsync(fleet.Record("arm", Segments), "--wait");

        // What is held keeps who asked from asking for all, so the other one asks too.
        var held = new List<HeldJob>();
        while (held.Select(InstanceOf).Distinct(StringComparer.Ordinal).Count() < 2)
        {
            held.Add(await worker.NextAsync());
        }

        await AnswerAllAsync(worker, held, Segments);
        await registered.WaitAsync(Patience, Token);

        (await fleet.EffectsAsync()).ShouldBe(Enumerable.Repeat("base, derivation_done elsewhere, elsewhere", Segments));
        held.Select(h => h.Job.Segment).ShouldBeUnique();
        (await fleet.Database.ReadAsync("select max(attempts) from strata.work_claims")).ShouldBe(["1"]);
        await worker.DisposeAsync();
        (await HoldingWorker.RemoveAsync(broker.Address!, _queue)).ShouldBe(0u, "jobs left at the broker");
    }

    [Fact(Timeout = FleetUnderTest.Patience)]
    public async Task What_one_of_them_asked_when_it_was_killed_the_other_one_asks_anew_and_it_takes_effect_once()
    {
        await using var fleet = await StartAsync("a");
        await using var worker = await HoldingWorker.StartAsync(broker.Address!, _queue, atOnce: Segments);
        var registered = fleet.RegisterAsync(fleet.Record("arm", Segments), "--wait");
        var lost = await worker.NextAsync();

        await _workers[0].KillAsync();
        _workers.Add(await fleet.StartAsync("workers", "b"));
        await worker.AnswerAsync(lost);
        var held = new List<HeldJob>();
        await AnswerAllAsync(worker, held, Segments);
        await registered.WaitAsync(Patience, Token);

        (await fleet.EffectsAsync()).ShouldBe(Enumerable.Repeat("base, derivation_done elsewhere, elsewhere", Segments));
        held.Select(InstanceOf).ShouldAllBe(i => i == "b");
    }

    private async Task<FleetUnderTest> StartAsync(params string[] workers)
    {
        var fleet = await FleetUnderTest.CreateAsync(server, broker);
        foreach (var instance in new[] { "catalog", "a", "b" })
        {
            var folder = Directory.CreateDirectory(Path.Combine(fleet.DataOf(instance), "derivers")).FullName;
            await File.WriteAllTextAsync(Path.Combine(folder, "elsewhere.json"), $$$"""{"version": 1, "queue": "{{{_queue}}}", "limits": {"timeSeconds": 60}}""", Token);
        }

        await fleet.StartAsync("catalog");
        await fleet.StartAsync("relay");
        await StrataProgram.JsonAsync(fleet.CatalogData, 0, "dataset", "create", FleetUnderTest.Dataset, "--rules", "none");
        await StrataProgram.JsonAsync(fleet.CatalogData, 0, "rule", "declare", FleetUnderTest.Dataset, "elsewhere", "--deriver", "elsewhere", "--input", "base", "--output", "elsewhere");
        foreach (var instance in workers)
        {
            _workers.Add(await fleet.StartAsync("workers", instance));
        }

        return fleet;
    }

    /// <summary>Answers what is held, and what comes then, until so many were answered.</summary>
    private static async Task AnswerAllAsync(HoldingWorker worker, List<HeldJob> held, int count)
    {
        for (var answered = 0; answered < count; answered++)
        {
            if (answered == held.Count)
            {
                held.Add(await worker.NextAsync());
            }

            await worker.AnswerAsync(held[answered]);
        }
    }

    /// <summary>Whose data directory the copies of its inputs lie in.</summary>
    private static string InstanceOf(HeldJob held) => Path.GetFileName(Path.GetFullPath(Path.Combine(Path.GetDirectoryName(held.Job.AnswerPath)!, "..", "..", "..")));
}
