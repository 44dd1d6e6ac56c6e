using Strata.Recordings;

namespace Strata.Registrar;

/// <summary>Whether a file of the store goes, and why. Pure. Source: DESIGN rules 9 and 15.</summary>
internal static class CollectionRule
{
    /// <summary>Longer than any registration takes from its bytes to its event.</summary>
    public static readonly TimeSpan OldEnough = TimeSpan.FromHours(24);

    /// <returns>Null: it stays.</returns>
    public static CollectionReason? Judge(ContentHolds holds, StoredFile file, long nowNs)
    {
        var isOld = nowNs - file.ModifiedAtNs > OldEnough.Ticks * TimeSpan.NanosecondsPerTick;
        var location = file.Location ?? "";
        return holds.StateOf(location, nowNs) switch
        {
            ContentState.Unnamed => isOld ? CollectionReason.Orphan : null,

            // Written again since: somebody is about to name it, or came to nothing, as with any orphan.
            ContentState.Free => isOld || file.ModifiedAtNs <= holds.EndedAtNs(location) ? CollectionReason.Superseded : null,
            ContentState.Released => isOld || file.ModifiedAtNs <= holds.ReleasedAtNs(location) ? CollectionReason.Unfinished : null,
            _ => null,
        };
    }
}
