using System.Collections.Immutable;
using Strata.Contracts;
using Strata.Recordings;

namespace Strata.Registrar;

/// <summary>Sums up files by who holds them. Pure.</summary>
internal static class UsageTally
{
    private const string Quarantine = "(quarantine)";
    private const string Everything = "total";

    public static ContentUsage Of(ContentHolds holds, IEnumerable<StoredFile> files, UsageGrouping by, long nowNs)
    {
        var groups = new SortedDictionary<string, UsageGroup>(StringComparer.Ordinal);
        var total = Empty(Everything);
        var (orphans, present) = (0L, new HashSet<string>(StringComparer.Ordinal));
        foreach (var file in files)
        {
            var location = file.Location ?? "";
            var state = holds.StateOf(location, nowNs);
            var goes = CollectionRule.Judge(holds, file, nowNs) is not null;
            total = Add(total, file.SizeBytes, state, goes);
            present.Add(location);
            if (state == ContentState.Unnamed)
            {
                orphans += file.SizeBytes;
                continue;
            }

            foreach (var group in holds.Of(location).GroupBy(h => KeyOf(holds, h, by), StringComparer.Ordinal))
            {
                var own = group.Any(h => h.IsOpen && h.Layer is not null) ? ContentState.Standing
                    : group.Any(h => h.IsOpen) ? ContentState.Quarantined
                    : goes ? ContentState.Free
                    : ContentState.Retained;
                groups[group.Key] = Add(groups.GetValueOrDefault(group.Key) ?? Empty(group.Key), file.SizeBytes, own, goes);
            }
        }

        var references = holds.Standing.Where(h => h.Kept.Mode == KeepMode.Reference).DistinctBy(h => h.Kept.Location).ToList();
        var missing = holds.Standing.Where(h => h.Kept.Mode == KeepMode.Copy).Select(h => h.Kept.Location).Distinct().Count(l => !present.Contains(l));
        var shared = groups.Values.Sum(g => g.SizeBytes) + orphans - total.SizeBytes;
        return new([.. groups.Values], total, orphans, shared, references.Count, references.Sum(r => r.SizeBytes), missing, holds.Position);
    }

    private static UsageGroup Empty(string name) => new(name, 0, 0, 0, 0, 0);

    private static UsageGroup Add(UsageGroup group, long bytes, ContentState state, bool goes) => group with
    {
        Files = group.Files + 1,
        SizeBytes = group.SizeBytes + bytes,
        StandingBytes = group.StandingBytes + (state == ContentState.Standing ? bytes : 0),
        QuarantinedBytes = group.QuarantinedBytes + (state == ContentState.Quarantined ? bytes : 0),
        HeldBytes = group.HeldBytes + (!goes && state is ContentState.Pinned or ContentState.Retained or ContentState.Free or ContentState.Released ? bytes : 0),
        CollectableBytes = group.CollectableBytes + (goes ? bytes : 0),
    };

    private static string KeyOf(ContentHolds holds, ContentHold hold, UsageGrouping by) => by switch
    {
        UsageGrouping.Dataset => holds.LabelOf(hold.Dataset),
        UsageGrouping.Layer => hold.Layer ?? Quarantine,
        _ => hold.Source.Who is { } who ? $"{who} ({hold.Source.Kind})" : hold.Source.Kind,
    };
}
