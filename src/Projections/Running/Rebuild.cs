using Strata.EventStore;
using Strata.Projections.Running;

namespace Strata.Projections;

/// <summary>Makes every projection anew by replay, side by side: the log is read once for all of them, and one that cannot be made holds up no other.</summary>
public sealed class Rebuild(ReadModels models, IEventStore events) : IRebuild
{
    public async Task<RebuildReport> RunAsync(bool verifyOnly, IProgress<RebuildProgress>? progress, CancellationToken cancellationToken)
    {
        var feed = new EventFeed(events);
        var steps = progress is null ? null : new JointProgress(models.Projections.Count, progress);
        var reports = await Task.WhenAll(models.Projections.Select((tables, i) =>
            new TablesRebuild(tables, events, feed).RunAsync(verifyOnly, steps?.Of(i), cancellationToken))).ConfigureAwait(false);
        return Together(reports);
    }

    /// <summary>They ran at the same time over the same log, and the catalog's comes first.</summary>
    private static RebuildReport Together(RebuildReport[] reports)
    {
        var (events, seconds) = (reports.Max(r => r.Events), reports.Max(r => r.Seconds));
        return new(events, seconds, events / Math.Max(seconds, double.Epsilon), [.. reports.SelectMany(r => r.Differences)])
        {
            ResumedFrom = reports.Min(r => r.ResumedFrom),
            KeptGeneration = reports[0].KeptGeneration,
            Digests = reports.All(r => r.Digests is not null)
                ? new SortedDictionary<string, string>(reports.SelectMany(r => r.Digests!).ToDictionary(StringComparer.Ordinal), StringComparer.Ordinal)
                : null,
        };
    }
}
