using System.Globalization;
using System.Text;
using Strata.Crash.Life;

namespace Strata.Crash.Tests;

/// <summary>docs/reliability.md: written by a run of <c>eng/crash.sh</c>, never by hand.</summary>
internal static class ReliabilityPage
{
    public static string Path => System.IO.Path.Combine(Repository.Root, "docs", "reliability.md");

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

            **Plan `{plan}`: killed {killed.Count} times, lost {killed.Sum(r => r.Verdict!.Lost.Length)}, doubled {killed.Sum(r => r.Verdict!.Doubled.Length)}, half {killed.Sum(r => r.Verdict!.Halves.Length)}, differs {killed.Sum(r => r.Verdict!.Differences.Length)}; {runs.Count - killed.Count} orders were not reached.**

            | point | {string.Join(" | ", adapters)} |
            |---|{string.Concat(adapters.Select(_ => "---|"))}

            """);
        foreach (var point in FaultPoint.All)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"| `{point}` | {string.Join(" | ", adapters.Select(a => Cell([.. killed.Where(r => r.Adapter == a && r.Kill.Point == point).Select(r => r.Verdict!)])))} |");
        }

        var seeds = runs.Where(r => r.Kill.Seed is not null).Select(r => $"{r.Kill.Seed} ({r.Adapter}, `{r.Kill.Point}` {r.Kill.Occurrence})").ToList();
        text.AppendLine().AppendLine(seeds.Count == 0 ? "Seeds: none in this plan." : $"Seeds: {string.Join(", ", seeds)}.");
        return text.ToString();
    }

    private static string Cell(IReadOnlyList<Verdict> verdicts) =>
        $"killed {verdicts.Count}, lost {verdicts.Sum(v => v.Lost.Length)}, doubled {verdicts.Sum(v => v.Doubled.Length)}";
}
