using System.Globalization;

namespace Strata.Registrar;

/// <summary>Recordings of one call that ask for the same layer of the same segment.</summary>
internal sealed class CallDuplicates
{
    // Each of the recordings has this reason: naming all in all of them would grow with the square of their number.
    private const int DuplicatesNamed = 3;

    private readonly OnDuplicate _onDuplicate;
    private readonly List<IGrouping<(string Segment, string Layer), RegistrationItem>> _same;

    public CallDuplicates(RegisterCall call, IEnumerable<RegistrationItem> items)
    {
        _onDuplicate = call.Command.OnDuplicate;
        var groups = items.Where(i => i.IsOpen && i.Recording is not null).GroupBy(i => (i.Recording!.Segment, i.Layer)).Where(g => g.Skip(1).Any()).ToList();
        _same = [.. groups.Where(g => !call.RefusesForSources && AreTheSame(g))];
        Refused = [.. groups.Except(_same)];
    }

    /// <summary>Which of two is meant nobody can tell, so that neither is taken, under any policy; to Rerun's clients not even of the same content. Source: catalog-protocol §2.6.</summary>
    public List<IGrouping<(string Segment, string Layer), RegistrationItem>> Refused { get; }

    public void Refuse()
    {
        foreach (var group in Refused)
        {
            var more = group.Count() - DuplicatesNamed;
            var reason = $"duplicate segment layers in request:\n  segment id: {group.Key.Segment}, layer name: {group.Key.Layer}\n"
                + string.Join("\n", group.Take(DuplicatesNamed).Select(i => $"    {i.Source.Source.StorageUrl}"))
                + (more > 0 ? string.Create(CultureInfo.InvariantCulture, $"\n    … and {more} more") : "")
                + "\nregister only one of them, or each under a layer name of its own";
            foreach (var item in group)
            {
                item.Fail(reason);
            }
        }
    }

    /// <summary>Of the same content only the first is registered; the others meet what stands then. Asked when all are judged. Source: DESIGN rule 1.</summary>
    public void Follow()
    {
        foreach (var group in _same)
        {
            var first = group.First();
            foreach (var item in group.Skip(1).Where(_ => first.Registers))
            {
                var (status, words) = RealPathOf(item) is { } path && path == RealPathOf(first)
                    ? (RegistrationStatus.Known, $"the same file as '{first.Source.Source.Path}', named twice in this call; it is registered once")
                    : AgainstFirst($"the same recording as '{first.Source.Source.Path}' of this call");
                item.Follow(first, words, status);
            }
        }
    }

    private (string Status, string Words) AgainstFirst(string words) => _onDuplicate switch
    {
        OnDuplicate.Error => (RegistrationStatus.Failed, $"{words}, which is registered; leave this one out, or choose `known`, to which the same content is no error"),
        OnDuplicate.Skip => (RegistrationStatus.Skipped, $"{words}; it is registered once"),
        _ => (RegistrationStatus.Known, $"{words}; it is registered once"),
    };

    /// <summary>Two in one file are not: that file contradicts itself.</summary>
    private static bool AreTheSame(IEnumerable<RegistrationItem> group) =>
        group.DistinctBy(i => i.Recording!.Content.Fingerprint).Count() == 1 && group.DistinctBy(i => i.SourceIndex).Count() == group.Count();

    /// <returns>Null for bytes that were kept before the call.</returns>
    private static string? RealPathOf(RegistrationItem item) => item.Source.Source.Seen?.Path;
}
