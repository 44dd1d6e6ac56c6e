using Strata.Bus.Tests;
using Strata.DerivationWorkers;
using Strata.Servers;

namespace Strata.EndToEnd.Tests.Fleet;

/// <summary>Workers of two versions side by side: the program's own, and one whose derivers are a version later, as their provenance says (tests/Fleet/Worker).</summary>
[Collection(FleetServers.Name)]
public sealed class MixedVersionTests(PostgresServer server, RabbitMqBroker broker)
{
    private const int AtOnce = 15;

    private static readonly int Old = new QualityDeriver().Version;
    private static readonly int New = Old + 1;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = 2 * FleetUnderTest.Patience)]
    public async Task A_rolling_restart_to_the_next_version_and_back_while_recordings_arrive_loses_and_doubles_no_layer()
    {
        await using var fleet = await FleetUnderTest.CreateAsync(server, broker);
        await fleet.StartAsync("catalog");
        await fleet.StartAsync("relay");
        StrataServerProcess[] older = [await fleet.StartAsync("workers", "old 1"), await fleet.StartAsync("workers", "old 2")];
        await fleet.RegisterAsync(fleet.Record("before", AtOnce), "--wait");

        using var restarted = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var arriving = KeepRegisteringAsync(fleet, "meanwhile", restarted.Token);
        List<WorkerProcess> newer = [];
        foreach (var (index, old) in older.Index())
        {
            // Before the next step both versions have derived something of what came while both worked.
            newer.Add(await fleet.StartWorkerAsync($"new {index}", "newer"));
            await DerivedByAsync(fleet, "meanwhile", Old);
            await DerivedByAsync(fleet, "meanwhile", New);
            (await old.TerminateAsync()).ShouldBe(0, string.Join('\n', old.SaidByNow));
        }

        await restarted.CancelAsync();
        var arrived = await arriving;
        await fleet.SettleAsync();
        await fleet.RegisterAsync(fleet.Record("after", AtOnce), "--wait");

        // And back, as when the new one is found wanting.
        await fleet.StartAsync("workers", "old again");
        foreach (var worker in newer)
        {
            (await worker.TerminateAsync()).ShouldBe(0);
        }

        await fleet.RegisterAsync(fleet.Record("back", AtOnce), "--wait");
        await fleet.SettleAsync();

        (await fleet.EffectsAsync()).ShouldBe(FleetUnderTest.Whole(arrived + (3 * AtOnce)));
        (await VersionsAsync(fleet, "before")).ShouldBe([$"{Old}"], "what was derived is not derived again by another version");
        (await VersionsAsync(fleet, "after")).ShouldBe([$"{New}"]);
        (await VersionsAsync(fleet, "back")).ShouldBe([$"{Old}"]);
        (await StrataProgram.JsonAsync(fleet.CatalogData, 0, "rebuild", "--verify")).GetProperty("differences").GetArrayLength().ShouldBe(0);

        // What the other version made is compared by its content, which is the same.
        var verified = await StrataProgram.JsonAsync(fleet.CatalogData, 0, "verify", FleetUnderTest.Dataset);
        verified.GetProperty("checked").GetInt64().ShouldBe(3 * (arrived + (3 * AtOnce)));
        verified.GetProperty("different").GetArrayLength().ShouldBe(0);
        verified.GetProperty("equal_content").GetInt64().ShouldBeGreaterThanOrEqualTo(2 * AtOnce, "both layers of what arrived when only the other version worked");
    }

    /// <returns>How many were registered.</returns>
    private static async Task<int> KeepRegisteringAsync(FleetUnderTest fleet, string name, CancellationToken until)
    {
        var batch = 0;
        for (; !until.IsCancellationRequested; batch++)
        {
            await fleet.RegisterAsync(fleet.Record($"{name}_{batch}", AtOnce));
        }

        return batch * AtOnce;
    }

    /// <summary>Ends when workers of this version have derived one more of those.</summary>
    private static async Task DerivedByAsync(FleetUnderTest fleet, string name, int version)
    {
        var before = await CountAsync();
        while (await CountAsync() == before)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), Token);
        }

        async Task<string> CountAsync() => (await fleet.Database.ReadAsync(
            $"select count(*) from mt_events where type = 'layer_registered' and data ->> 'segment' like '{name}%' and data ->> 'layer' = 'quality' and data -> 'provenance' ->> 'deriverVersion' = '{version}'")).Single();
    }

    /// <summary>Of the deriver of quality.</summary>
    private static Task<List<string>> VersionsAsync(FleetUnderTest fleet, string name) => fleet.Database.ReadAsync(
        $"select distinct data -> 'provenance' ->> 'deriverVersion' from mt_events where type = 'layer_registered' and data ->> 'segment' like '{name}%' and data ->> 'origin' = 'derived' and data ->> 'layer' = 'quality'");
}
