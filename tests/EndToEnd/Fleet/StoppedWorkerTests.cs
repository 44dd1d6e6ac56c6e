using Strata.Bus.Tests;
using Strata.Servers;

namespace Strata.EndToEnd.Tests.Fleet;

/// <summary>A worker process that the system stops while it has something in its hands. Source: DESIGN rule 6.</summary>
[Collection(FleetServers.Name)]
public sealed class StoppedWorkerTests(PostgresServer server, RabbitMqBroker broker)
{
    private const string Segment = "arm_0";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = FleetUnderTest.Patience)]
    public async Task Rule_6_a_worker_that_was_stopped_after_it_had_computed_is_refused_when_another_one_has_done_the_new_base_meanwhile()
    {
        await using var fleet = await FleetUnderTest.CreateAsync(server, broker);
        await fleet.StartAsync("catalog");
        await fleet.StartAsync("relay");
        var a = await fleet.StartWorkerAsync("a", "computed");
        await fleet.RegisterAsync(fleet.Record("arm", 1));
        await a.SaysAsync($"computed {Segment}");
        await a.SignalAsync("STOP");

        var replaced = fleet.RegisterAsync([SmallRecordings.Write(fleet.DataOf("new"), Segment, 0.75, 1.5)], "--on-duplicate", "replace", "--wait");
        await fleet.StartAsync("workers", "b");
        await replaced.WaitAsync(Patience, Token);
        var (whole, head) = (await fleet.EffectsAsync(), await HeadAsync(fleet));
        whole.ShouldBe(["base x2, derivation_done quality, derivation_done tracking_error, quality, tracking_error"], "by b, of the new base");

        await a.SignalAsync("CONT");
        await a.SaysAsync("answered superseded");
        (await a.TerminateAsync()).ShouldBe(0);

        (await HeadAsync(fleet)).ShouldBe(head, "nothing was told by who came too late");
        var bases = await fleet.Database.ReadAsync("select data ->> 'fingerprint' from mt_events where type = 'layer_registered' and data ->> 'layer' = 'base' order by seq_id");
        var why = (await StrataProgram.JsonAsync(fleet.CatalogData, 0, "why", FleetUnderTest.Dataset, Segment)).EnumerateArray().Single(w => w.GetProperty("layer").GetString() == "tracking_error");
        why.GetProperty("outcome").GetString().ShouldBe("derived");
        why.GetProperty("inputs").EnumerateArray().Select(i => i.GetProperty("fingerprint").GetString()).ShouldBe([bases[^1]]);
        (await StrataProgram.JsonAsync(fleet.CatalogData, 0, "verify", FleetUnderTest.Dataset)).GetProperty("different").GetArrayLength().ShouldBe(0);
        (await StrataProgram.JsonAsync(fleet.CatalogData, 0, "rebuild", "--verify")).GetProperty("differences").GetArrayLength().ShouldBe(0);
    }

    private static async Task<string> HeadAsync(FleetUnderTest fleet) => (await fleet.Database.ReadAsync("select max(seq_id) from mt_events")).Single();
}
