using Strata.Contracts;
using Strata.EventStore;
using Strata.Recordings;

namespace Strata.Registrar;

/// <summary>Whether a log names copies at all, and whether a store has any of them.</summary>
internal static class NamedCopies
{
    private const int EventsPerPage = 1_000;

    /// <summary>One that is there proves it. A catalog that has let go of so many of its first copies asks a person instead of an object store a hundred thousand times.</summary>
    private const int MostLookedFor = 1_000;

    /// <param name="lookInStore">False: it holds nothing, and one name is enough to know.</param>
    public static async Task<(bool Named, bool Held)> LookAsync(IEventStore events, IStoreLabel store, bool lookInStore, CancellationToken cancellationToken)
    {
        var looked = 0;
        for (var position = 0L; ;)
        {
            var page = await events.ReadAsync(position, EventsPerPage, cancellationToken);
            foreach (var kept in page.Events.Select(e => KeptOf(e.Event)).OfType<KeptBytes>().Where(k => k.Mode == KeepMode.Copy))
            {
                if (lookInStore && await store.HoldsAsync(kept.Location, cancellationToken))
                {
                    return (true, true);
                }

                if (!lookInStore || ++looked == MostLookedFor)
                {
                    return (true, false);
                }
            }

            if (page.NextPosition == position)
            {
                return (looked > 0, false);
            }

            position = page.NextPosition;
        }
    }

    private static KeptBytes? KeptOf(StrataEvent recorded) => recorded switch
    {
        LayerRegistered layer => layer.Kept,
        RecordingQuarantined quarantined => quarantined.Kept,
        _ => null,
    };
}
