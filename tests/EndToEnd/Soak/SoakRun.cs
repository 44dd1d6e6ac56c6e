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
    /// <summary>Of what is wrong the first ones say what kind it is.</summary>
    private const int MostTold = 20;

    /// <summary>When nothing has got further for so long, nothing will any more: a robot waits two minutes at most between two tries.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(200);

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
        await UntilNoneAsync(OpenAsync);
        await watching.CancelAsync();
        await verdicts;
        var used = await memory;
        await ShouldAgreeAsync();
        foreach (var process in fleet.All)
        {
            var (code, said) = await process.TerminateAsync();
            code.ShouldBe(0, said);
        }

        var differences = await fleet.DifferencesAsync();
        var verdict = await JudgeAsync();
        var report = new SoakReport(plan, Stopwatch.GetElapsedTime(started), _ledger.Recordings, _ledger.Copies, verdict, differences.Count, faults.Ended, used);
        TestContext.Current.TestOutputHelper!.WriteLine($"{report}");
        verdict.Lost.ShouldBeEmpty();
        verdict.Doubled.ShouldBeEmpty();
        differences.ShouldBeEmpty();
        _ledger.Contradictions.ShouldBeEmpty();
        fleet.All.SelectMany(p => p.EndedByItself).ShouldBeEmpty();
        used.Where(u => !(plan.IsOneRound ? u.Value.IsBounded : u.Value.IsBounded && u.Value.IsFlat)).ShouldBeEmpty();
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
        await UntilNoneAsync(() => Task.FromResult<IReadOnlyList<string>>(
            [.. _ledger.Unanswered.Select(m => $"message {m} has no answer"), .. running.Where(r => !r.IsCompleted).Select(_ => "a robot sends")]));
        await Task.WhenAll(running);
        await UntilNoneAsync(FilledQueuesAsync);
        foreach (var robot in robots)
        {
            robot.Backlog.Recordings.ShouldBe(0, robot.Name);
            robot.Left.ShouldAllBe(r => r.State == SpoolStates.Done && r.Outcome == RecordingOutcomes.Quarantined);
            await robot.DisposeAsync();
        }
    }

    /// <summary>Ends when nothing is open any more.</summary>
    private static async Task UntilNoneAsync(Func<Task<IReadOnlyList<string>>> open)
    {
        var (fewest, since) = (int.MaxValue, Stopwatch.GetTimestamp());
        while (await open() is { Count: > 0 } left)
        {
            (fewest, since) = left.Count < fewest ? (left.Count, Stopwatch.GetTimestamp()) : (fewest, since);
            Stopwatch.GetElapsedTime(since).ShouldBeLessThan(Patience, $"nothing gets further: {left.Count} are open, such as\n{string.Join('\n', left.Take(MostTold))}");
            await Task.Delay(LookEvery, Token);
        }
    }

    /// <summary>What is not there or cannot be seen yet, and claims that hold. Who was killed between its append and its claim's end leaves one that has lapsed.</summary>
    private async Task<IReadOnlyList<string>> OpenAsync()
    {
        var verdict = await JudgeAsync();
        return
        [
            .. verdict.Lost,
            .. _ledger.Recordings.Where(r => r.Reason is null && r.SeenAt is null).Select(r => $"{r.Name} cannot be seen"),
            .. await fleet.ReadAsync("select 'claimed by ' || owner from strata.work_claims where owner is not null and leased_until_ns > extract(epoch from clock_timestamp()) * 1e9"),
        ];
    }

    private async Task<SoakVerdict> JudgeAsync() => SoakVerdict.Of(_ledger.Recordings, [.. (await fleet.ReadAsync(SoakFact.Sql)).Select(SoakFact.Parse)]);

    /// <summary>Heartbeats and copies' answers are taken a little later than the last message is answered.</summary>
    private async Task<IReadOnlyList<string>> FilledQueuesAsync()
    {
        var queues = (await broker.ControlAsync("-q", "list_queues", "name", "messages")).Split('\n').Where(l => l.StartsWith(fleet.Prefix, StringComparison.Ordinal)).ToList();
        queues.Count.ShouldBeGreaterThan(SoakPlan.Robots);
        return [.. queues.Where(q => !q.EndsWith("\t0", StringComparison.Ordinal))];
    }

    /// <summary>What people are shown is what robots did.</summary>
    private async Task ShouldAgreeAsync()
    {
        ImmutableArray<SoakRecording> good = [.. _ledger.Recordings.Where(r => r.Reason is null)];
        var segments = await StrataProgram.JsonAsync(fleet.CatalogData, 0, "segments", FleetUnderTest.Dataset);
        segments.EnumerateArray().Select(s => s.GetProperty("rerun_segment_id").GetString()!).Order(StringComparer.Ordinal).ShouldBe(good.Select(r => r.Name).Order(StringComparer.Ordinal));
        segments.EnumerateArray().Select(StrataProgram.Layers).Distinct().ShouldBe(["base, tracking_error, quality"]);
        var robots = await StrataProgram.JsonAsync(fleet.CatalogData, 0, "fleet");
        robots.EnumerateArray().Sum(r => r.GetProperty("recordings").GetInt64()).ShouldBe(good.Length);
        robots.EnumerateArray().Sum(r => r.GetProperty("quarantined").GetInt64()).ShouldBe(_ledger.Recordings.Count - good.Length);
    }
}
