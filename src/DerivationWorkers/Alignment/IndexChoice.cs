using Strata.Rrd;

namespace Strata.DerivationWorkers;

/// <summary>Which timeline rows are compared on. Source: DESIGN §7.</summary>
internal static class IndexChoice
{
    private const string RealTime = "real_time";
    private const string LogTime = "log_time";
    private const string LogTick = "log_tick";

    /// <summary>
    /// The wanted timeline; or <c>real_time</c>, else the only one that all columns have besides <c>log_time</c> and <c>log_tick</c>, else <c>log_time</c>.
    /// </summary>
    /// <param name="columns">Per column, the temporal chunks that log it.</param>
    /// <param name="wanted">Null for the rule above.</param>
    /// <param name="needsSeconds">Whether only timestamps and durations will do: a sequence counts, and says nothing of time.</param>
    /// <returns>The timeline, or in words why there is none.</returns>
    public static ((string Name, TimelineKind Kind)? Index, string Refusal) Choose(IReadOnlyList<IReadOnlyList<Chunk>> columns, string? wanted, bool needsSeconds = false)
    {
        var each = columns.Select(chunks => chunks.SelectMany(c => c.Timelines).Select(t => (t.Name, t.Kind)).ToHashSet()).ToList();
        var common = each[0].Where(timeline => each.TrueForAll(other => other.Contains(timeline)))
            .OrderBy(timeline => timeline.Name, StringComparer.Ordinal).ThenBy(timeline => timeline.Kind).ToList();
        var counting = needsSeconds ? common.Where(timeline => timeline.Kind == TimelineKind.Sequence).ToList() : [];
        common = [.. common.Except(counting)];
        var found = $"on all sides{(needsSeconds ? " with seconds" : "")}: {List(common)}; on any: {List(each.SelectMany(e => e).Distinct().OrderBy(t => t.Name, StringComparer.Ordinal))}";
        if (wanted is not null)
        {
            return Named(common, wanted) is { } named ? (named, "")
                : Named(counting, wanted) is not null ? (null, $"index '{wanted}' is a sequence: it counts, and has no seconds; {found}; choose another with `--set index=NAME`")
                : (null, $"index '{wanted}' is not on every column that is read; {found}; choose another with `--set index=NAME`");
        }

        var own = common.Where(timeline => timeline.Name is not (LogTime or LogTick)).ToList();
        return (Named(common, RealTime) ?? (own.Count == 1 ? own[0] : Named(common, LogTime))) is { } index
            ? (index, "")
            : (null, $"no index to {(counting.Count > 0 ? "measure seconds" : "compare")} on ({RealTime}, or the only one besides {LogTime} and {LogTick}, or {LogTime}); {found}; {(counting.Count > 0 ? "a sequence has no seconds" : "name one with `--set index=NAME`")}");
    }

    private static (string Name, TimelineKind Kind)? Named(List<(string Name, TimelineKind Kind)> timelines, string name)
    {
        var at = timelines.FindIndex(timeline => timeline.Name == name);
        return at < 0 ? null : timelines[at];
    }

    private static string List(IEnumerable<(string Name, TimelineKind Kind)> timelines)
    {
        var text = string.Join(", ", timelines.Select(timeline => timeline.Name));
        return text.Length == 0 ? "none" : text;
    }
}
