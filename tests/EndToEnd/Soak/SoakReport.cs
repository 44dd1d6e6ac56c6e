using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Strata.EndToEnd.Tests.Soak;

/// <summary>The table of a soak, in docs/reliability.md's words.</summary>
internal sealed record SoakReport(
    SoakPlan Plan,
    TimeSpan Took,
    IReadOnlyList<SoakRecording> Recordings,
    int Copies,
    SoakVerdict Verdict,
    int Differences,
    IReadOnlyList<(string Fault, long EndedAt)> Faults,
    IReadOnlyDictionary<string, MemoryUse> Memory)
{
    private const double BytesPerMebibyte = 1 << 20;

    public override string ToString()
    {
        var text = new StringBuilder();
        var broken = Recordings.Count(r => r.Reason is not null);
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"**{Words(Took)}, seed {Plan.Seed}: {Faults.Count} faults; {Recordings.Count} recordings of {SoakPlan.Robots} robots and {Copies} copies of their messages; {Recordings.Count - broken} good and {broken} broken ones, lost {Verdict.Lost.Length}, doubled {Verdict.Doubled.Length}; differences from a replay: {Differences}.**");
        text.AppendLine().AppendLine("| fault | how often | until a new verdict is visible: p50, longest | until all that was spooled before has one: p50, longest |").AppendLine("|---|---|---|---|");
        foreach (var fault in SoakFault.All)
        {
            long[] ends = [.. Faults.Where(f => f.Fault == fault).Select(f => f.EndedAt)];
            text.AppendLine(CultureInfo.InvariantCulture, $"| {fault} | {ends.Length} | {Times(ends.Select(FirstVerdict))} | {Times(ends.Select(Backlog))} |");
        }

        text.AppendLine().AppendLine("| process | MiB after warm-up | MiB at the end | most |").AppendLine("|---|---|---|---|");
        foreach (var (process, use) in Memory)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"| {process} | {Mebibytes(use.WarmBytes)} | {Mebibytes(use.EndBytes)} | {Mebibytes(use.PeakBytes)} |");
        }

        return text.ToString();
    }

    private static string Words(TimeSpan time) =>
        time.TotalHours >= 1 ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalHours:0.0} h") : string.Create(CultureInfo.InvariantCulture, $"{time.TotalMinutes:0.0} min");

    private static string Mebibytes(long bytes) => (bytes / BytesPerMebibyte).ToString("0", CultureInfo.InvariantCulture);

    private static string Times(IEnumerable<TimeSpan?> times)
    {
        TimeSpan[] sorted = [.. times.OfType<TimeSpan>().Order()];
        return sorted.Length == 0 ? "–" : string.Create(CultureInfo.InvariantCulture, $"{sorted[(sorted.Length - 1) / 2].TotalSeconds:0.0} s, {sorted[^1].TotalSeconds:0.0} s");
    }

    /// <returns>Null when no verdict came any more.</returns>
    private TimeSpan? FirstVerdict(long from) => Recordings.Where(r => r.SeenAt > from).Min(r => r.SeenAt) is { } seen ? Stopwatch.GetElapsedTime(from, seen) : null;

    private TimeSpan? Backlog(long from) => Stopwatch.GetElapsedTime(from, Recordings.Where(r => r.SpooledAt <= from && r.SeenAt > from).Max(r => r.SeenAt) ?? from);
}
