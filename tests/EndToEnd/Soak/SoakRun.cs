using System.Collections.Immutable;
using System.Diagnostics;
using Strata.Bus.Tests;
using Strata.Cli;
using Strata.Contracts;
using Strata.EndToEnd.Tests.Fleet;
using Strata.Publishing;
using Strata.Servers;

namespace Strata.EndToEnd.Tests.Soak;

/// <summary>One soak from the start of the fleet to its judgement.</summary>
internal sealed class SoakRun(SoakPlan plan, SoakFleet fleet, PostgresServer database, RabbitMqBroker broker)
{
    /// <summary>When nothing has got further for so long, nothing will any more.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(200);

    /// <summary>Of what is wrong the first ones say what kind it is.</summary>
    private const int MostTold = 20;

    private readonly SimulationOptions _options = new(FleetUnderTest.Dataset, SoakPlan.Robots, Rate: 1, TimeSpan.Zero, plan.Seed, SoakPlan.Broken, Duplicates: 0, BadlyTuned: 0.2);
    private readonly SoakLedger _ledger = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async Task<SoakReport> RunAsync(string folder)
    {
        var started = Stopwatch.GetTimestamp();
        using var watching = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var memory = new MemoryWatch(fleet).RunAsync(watching.Token);
        var verdicts = new VerdictWatch(fleet, _ledger).RunAsync(watching.Token);
        var faults = new SoakFaults(plan, fleet, database, broker);
        await PublishAsync(faults, folder);
        var verdict = await SettleAsync();
        var used = await EndAsync(watching, memory, verdicts);
        await ShouldAgreeAsync(verdict);

        foreach (var process in fleet.All)
        {
            var (code, said) = await process.TerminateAsync();
            code.ShouldBe(0, said);
        }

        var differences = await fleet.DifferencesAsync();
        var report = new SoakReport(plan, Stopwatch.GetElapsedTime(started), _ledger.Recordings, _ledger.Copies, verdict, differences.Count, faults.Ended, used);
        TestContext.Current.TestOutputHelper!.WriteLine($"{report}");
        verdict.Lost.ShouldBeEmpty();
        verdict.Doubled.ShouldBeEmpty();
        differences.ShouldBeEmpty();
        _ledger.Contradictions.ShouldBeEmpty();
        fleet.All.SelectMany(p => p.EndedByItself).ShouldBeEmpty();
        used.Where(u => !u.Value.IsFlat).ShouldBeEmpty();
        return report;
    }

    /// <summary>Ends when the faults are over and every message of every robot was answered.</summary>
    private async Task PublishAsync(SoakFaults faults, string folder)
    {
        SoakRobot[] robots = [.. _options.MakeRobots().Select(robot => new SoakRobot(robot, _options, fleet.Addresses, folder, _ledger))];
        using var recorded = new CancellationTokenSource();
        var inflicting = faults.InflictAsync(Token);
        Task[] running = [.. robots.Select(r => Task.Run(() => r.RunAsync(recorded.Token, Token)))];
        await await Task.WhenAny([inflicting, .. running]);
        await inflicting;
        await recorded.CancelAsync();
        await AllAnsweredAsync(Task.WhenAll(running));
        await QueuesEmptyAsync();
        foreach (var robot in robots)
        {
            robot.Backlog.Recordings.ShouldBe(0, robot.Name);
            robot.Left.ShouldAllBe(r => r.State == SpoolStates.Done && r.Outcome == RecordingOutcomes.Quarantined);
            await robot.DisposeAsync();
        }
    }

    /// <param name="sent">Ends when robots need no more.</param>
    private async Task AllAnsweredAsync(Task sent)
    {
        var (missing, since) = (int.MaxValue, Stopwatch.GetTimestamp());
        while (!sent.IsCompleted || _ledger.Unanswered.Count > 0)
        {
            await Task.Delay(LookEvery, Token);
            var open = _ledger.Unanswered;
            (missing, since) = open.Count == missing ? (missing, since) : (open.Count, Stopwatch.GetTimestamp());
            Stopwatch.GetElapsedTime(since).ShouldBeLessThan(Patience, $"{open.Count} messages have no answer: {string.Join(", ", open.Take(MostTold))}");
        }

        await sent;
    }

    /// <summary>Ends when everything is there and can be seen, or nothing gets further any more.</summary>
    private async Task<SoakVerdict> SettleAsync()
    {
        var (missing, since) = (int.MaxValue, Stopwatch.GetTimestamp());
        while (true)
        {
            var verdict = await JudgeAsync();
            var open = verdict.Lost.Length + _ledger.Recordings.Count(r => r.Reason is null && r.SeenAt is null) + await ClaimedAsync();
            if (open == 0 || (open == missing && Stopwatch.GetElapsedTime(since) > Patience))
            {
                return verdict;
            }

            (missing, since) = open == missing ? (missing, since) : (open, Stopwatch.GetTimestamp());
            await Task.Delay(LookEvery, Token);
        }
    }

    private async Task<SoakVerdict> JudgeAsync() => SoakVerdict.Of(_ledger.Recordings, [.. (await fleet.ReadAsync(SoakFact.Sql)).Select(SoakFact.Parse)]);

    private async Task<int> ClaimedAsync() => (await fleet.ReadAsync("select 1 from strata.work_claims where owner is not null")).Count;

    /// <summary>Heartbeats and copies' answers are taken a little later than the last message is answered.</summary>
    private async Task QueuesEmptyAsync()
    {
        var since = Stopwatch.GetTimestamp();
        while (true)
        {
            var queues = (await broker.ControlAsync("-q", "list_queues", "name", "messages")).Split('\n').Where(l => l.StartsWith(fleet.Prefix, StringComparison.Ordinal)).ToList();
            string[] filled = [.. queues.Where(q => !q.EndsWith("\t0", StringComparison.Ordinal))];
            queues.Count.ShouldBeGreaterThan(SoakPlan.Robots);
            if (filled.Length == 0)
            {
                return;
            }

            Stopwatch.GetElapsedTime(since).ShouldBeLessThan(Patience, $"queues are not empty:\n{string.Join('\n', filled)}");
            await Task.Delay(LookEvery, Token);
        }
    }

    private static async Task<IReadOnlyDictionary<string, MemoryUse>> EndAsync(CancellationTokenSource watching, Task<IReadOnlyDictionary<string, MemoryUse>> memory, Task verdicts)
    {
        await watching.CancelAsync();
        await verdicts;
        return await memory;
    }

    /// <summary>What people are shown is what robots did.</summary>
    private async Task ShouldAgreeAsync(SoakVerdict verdict)
    {
        verdict.Lost.ShouldBeEmpty($"doubled: {string.Join("; ", verdict.Doubled.Take(MostTold))}");
        ImmutableArray<SoakRecording> good = [.. _ledger.Recordings.Where(r => r.Reason is null)];
        var segments = await StrataProgram.JsonAsync(fleet.CatalogData, 0, "segments", FleetUnderTest.Dataset);
        segments.EnumerateArray().Select(s => s.GetProperty("rerun_segment_id").GetString()!).Order(StringComparer.Ordinal).ShouldBe(good.Select(r => r.Name).Order(StringComparer.Ordinal));
        segments.EnumerateArray().Select(StrataProgram.Layers).Distinct().ShouldBe(["base, tracking_error, quality"]);
        var robots = await StrataProgram.JsonAsync(fleet.CatalogData, 0, "fleet");
        robots.EnumerateArray().Sum(r => r.GetProperty("recordings").GetInt64()).ShouldBe(good.Length);
        robots.EnumerateArray().Sum(r => r.GetProperty("quarantined").GetInt64()).ShouldBe(_ledger.Recordings.Count - good.Length);
    }
}
