using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Strata.Crash.Life;
using Strata.Servers;

namespace Strata.Crash.Tests;

/// <summary>A process that dies by SIGKILL anywhere between registering and the swap of a rebuild, and the next one over what it left. Source: DESIGN §4, rules 2, 5, 8.</summary>
[Collection(Postgres.Collection)]
public sealed partial class CrashTests(PostgresServer server)
{
    private const string PlanVariable = "STRATA_CRASH";

    /// <summary>Two processes at once: as many as the smallest machine that we test on has cores.</summary>
    private const int AtOnce = 2;

    /// <summary>One of each kind of step, where memory and disk differ most: after the append, between file and event, between message and checkpoint, inside a fold, before a swap.</summary>
    private static readonly string[] Selection =
        [FaultPoint.Append + FaultPoint.After, FaultPoint.Rename + FaultPoint.Before, FaultPoint.Publish + FaultPoint.After, FaultPoint.RecordEvaluations + FaultPoint.After, FaultPoint.Staged, FaultPoint.Replayed];

    [Fact]
    public async Task A_kill_loses_and_doubles_nothing_in_SQLite() => await KillSelectedAsync(await Adapter.StartAsync(null));

    [Fact]
    public async Task A_kill_loses_and_doubles_nothing_in_PostgreSQL()
    {
        Assert.SkipWhen(server.ConnectionString is null, server.Absence);
        await KillSelectedAsync(await Adapter.StartAsync(server));
    }

    [Fact]
    public async Task A_kill_anywhere_loses_and_doubles_nothing()
    {
        var plan = Environment.GetEnvironmentVariable(PlanVariable);
        Assert.SkipWhen(plan is null, $"takes minutes: eng/crash.sh first|all ({PlanVariable}) kills at every point and writes docs/reliability.md");
        Assert.SkipWhen(server.ConnectionString is null, server.Absence);
        var runs = new List<(string Adapter, Kill Kill, Verdict? Verdict)>();
        var soak = ReliabilityParts.Soak(await File.ReadAllTextAsync(ReliabilityPage.Path, TestContext.Current.CancellationToken));
        foreach (var of in new[] { null, server })
        {
            var adapter = await Adapter.StartAsync(of);
            runs.AddRange((await KillAsync(adapter, plan == "all" ? Kill.All(adapter.Passed) : Kill.First)).Select(r => (adapter.Name, r.Kill, r.Verdict)));
            await File.WriteAllTextAsync(ReliabilityPage.Path, ReliabilityPage.Write(plan!, runs) + soak, TestContext.Current.CancellationToken);
        }

        foreach (var (adapter, kill, verdict) in runs)
        {
            verdict?.ShouldBeClean($"{adapter}: {kill}");
            (verdict is not null || kill.Occurrence > 1).ShouldBeTrue($"{adapter}: {kill} was never reached");
        }
    }

    [Fact]
    public async Task The_reliability_page_names_exactly_the_points_that_the_code_has()
    {
        var page = await File.ReadAllTextAsync(ReliabilityPage.Path, TestContext.Current.CancellationToken);
        Row().Matches(ReliabilityParts.Kills(page)).Select(m => m.Groups[1].Value).ShouldBe(FaultPoint.All);
    }

    private static async Task KillSelectedAsync(Adapter adapter)
    {
        foreach (var (kill, verdict) in await KillAsync(adapter, Selection.Select(point => new Kill(point, 1))))
        {
            verdict.ShouldNotBeNull($"{kill} was never reached").ShouldBeClean($"{adapter.Name}: {kill}");
        }
    }

    private static async Task<IReadOnlyList<(Kill Kill, Verdict? Verdict)>> KillAsync(Adapter adapter, IEnumerable<Kill> kills)
    {
        var done = new ConcurrentDictionary<Kill, Verdict?>();
        Kill[] all = [.. kills];
        await Parallel.ForEachAsync(
            all, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = TestContext.Current.CancellationToken }, async (kill, _) => done[kill] = await adapter.KillAsync(kill));
        return [.. all.Select(kill => (kill, done[kill]))];
    }

    [GeneratedRegex(@"^\| `([a-z.]+)` \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
