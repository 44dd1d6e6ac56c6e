using System.Globalization;
using System.Text;
using Strata.Crash.Life;

namespace Strata.Crash.Tests;

/// <summary>The first part of docs/reliability.md: written by a run of <c>eng/crash.sh</c>, never by hand.</summary>
internal static class ReliabilityPage
{
    public static string Path => System.IO.Path.Combine(Repository.Root, "docs", "reliability.md");

    /// <summary>The faults that are no kill, and the tests that show what they cost: the same in every plan.</summary>
    public static string OtherFaults { get; } = $"""
        ## Other faults
        These run with all tests. In the first two a real process does the same work over PostgreSQL and is judged in the same words; it goes on by itself, without a next process.
        - The database is gone for ten seconds, from when a registration or an evaluation is on its way to it: `Crash/{nameof(DatabaseFaultTests)}.{nameof(DatabaseFaultTests.The_database_gone_for_ten_seconds_loses_and_doubles_nothing)}`.
        - Every second call that appends loses its connection right after COMMIT, registrations and evaluations among them: `Crash/{nameof(DatabaseFaultTests)}.{nameof(DatabaseFaultTests.A_connection_cut_right_after_COMMIT_on_the_whole_path_loses_and_doubles_nothing)}`.
        - The disk is full when recordings come, at once or after 200 or 700 kB: what finds no room is refused or waits, and with room again everything stands once: `EndToEnd/RealFullDiskTests.With_room_again_everything_that_was_asked_for_is_there_once` (SQLite; a small file system in memory, which only root may mount).
        - The same over PostgreSQL, when the disk of the data directory is full, and when the database's is: `EndToEnd/PostgresFullDiskTests.With_room_again_on_the_disk_of_the_data_directory_everything_is_there_once`, `EndToEnd/PostgresFullDiskTests.With_room_again_on_the_disk_of_the_database_everything_is_there_once` (the database lies in a tablespace on that file system; PostgreSQL ends itself when its write-ahead log finds no room, which is the first fault of this list).
        - Who waits is told at once why evaluations stay open on a full disk, whether the layer or the log finds no room: `EndToEnd/FullDiskTests.Registering_ends_with_a_reason_when_the_derived_layers_find_no_room`, `EndToEnd/FullDiskTests.Registering_ends_with_a_reason_when_the_log_finds_no_room_for_evaluations`.

        """;

    public static string Write(string plan, IReadOnlyList<(string Adapter, Kill Kill, Verdict? Verdict)> runs)
    {
        string[] adapters = [.. runs.Select(r => r.Adapter).Distinct()];
        var killed = runs.Where(r => r.Verdict is not null).ToList();
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"""
            # Killed at every step
            Written by `eng/crash.sh {plan}`; do not edit. `first` kills once at each point's first passage; `all` at its second too, and at 50 seeded pairs of point and passage.

            A real process registers five recordings, derives, projects and rebuilds, and ends itself with SIGKILL at a named point. The next process has no faults; its caller asks again with the same command ids.
            *Lost*: acknowledged and not in the log, or missing against a run without faults. *Doubled*: an event, a layer or an evaluation that is there twice or that such a run has not. *Half*: a file that is not what its event says, or that none names after the sweep. *Differs*: a read model that a fresh replay gives otherwise.

            **Plan `{plan}`: killed {killed.Count} times, lost {killed.Sum(r => r.Verdict!.Lost.Length)}, doubled {killed.Sum(r => r.Verdict!.Doubled.Length)}, half {killed.Sum(r => r.Verdict!.Halves.Length)}, differs {killed.Sum(r => r.Verdict!.Differences.Length)}.** {NotReached(runs)}

            | point | {string.Join(" | ", adapters)} |
            |---|{string.Concat(adapters.Select(_ => "---|"))}

            """);
        foreach (var point in FaultPoint.All)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"| `{point}` | {string.Join(" | ", adapters.Select(a => Cell([.. killed.Where(r => r.Adapter == a && r.Kill.Point == point).Select(r => r.Verdict!)])))} |");
        }

        var seeds = runs.Where(r => r.Kill.Seed is not null).Select(r => $"{r.Kill.Seed} ({r.Adapter}, `{r.Kill.Point}` {r.Kill.Occurrence})").ToList();
        text.AppendLine().AppendLine(seeds.Count == 0 ? "Seeds: none in this plan." : $"Seeds: {string.Join(", ", seeds)}.");
        return text.AppendLine().Append(OtherFaults).ToString();
    }

    /// <summary>Only later passages may be missed (<see cref="CrashTests"/>): how often a life passes a point differs with what comes together in a batch.</summary>
    private static string NotReached(IReadOnlyList<(string Adapter, Kill Kill, Verdict? Verdict)> runs)
    {
        var missed = runs.Where(r => r.Verdict is null).Select(r => $"`{r.Kill.Point}` {r.Kill.Occurrence} ({r.Adapter}{(r.Kill.Seed is { } seed ? $", seed {seed}" : "")})").ToList();
        return missed.Count == 0 ? "Every order was reached." : $"Passed less often than in the life that the plan was drawn from, so not killed there: {string.Join(", ", missed)}.";
    }

    private static string Cell(IReadOnlyList<Verdict> verdicts) =>
        $"killed {verdicts.Count}, lost {verdicts.Sum(v => v.Lost.Length)}, doubled {verdicts.Sum(v => v.Doubled.Length)}";
}
