using System.Globalization;
using Strata.Contracts;
using Strata.EventStore;

namespace Strata.Registrar;

/// <summary>
/// Keeps a dataset within its number of segments, which no single stream can know: who adds one takes the turn as it was before the segments were counted.
/// Source: catalog-protocol §2.6.
/// </summary>
internal sealed class SegmentTurn
{
    private readonly DatasetId _dataset;
    private readonly int _max;
    private readonly string _noun;
    private readonly string? _taken;

    private SegmentTurn(DatasetId dataset, int max, string noun, string? taken) => (_dataset, _max, _noun, _taken) = (dataset, max, noun, taken);

    public static async Task<SegmentTurn> TakeAsync(IEventStore store, DatasetId dataset, int max, string noun, CancellationToken cancellationToken) =>
        new(dataset, max, noun, (await store.ReadGuardsAsync(GuardScopes.SegmentTurn, cancellationToken)).FirstOrDefault(r => r.Key == dataset.Value)?.Value);

    /// <exception cref="CommandRefusedException">With the new ones there would be too many.</exception>
    public async Task RefuseBeyondAsync(SchemaGate gate, IEnumerable<string> registered, AppendPlan plan, CancellationToken cancellationToken)
    {
        var standing = (await gate.StandingLayersAsync(cancellationToken)).Select(l => l.Segment).ToHashSet(StringComparer.Ordinal);
        var added = registered.Where(segment => !standing.Contains(segment)).Distinct(StringComparer.Ordinal).Count();
        if (added == 0)
        {
            return;
        }

        if (standing.Count + added > _max)
        {
            throw new CommandRefusedException(
                RefusalKind.FailedPrecondition,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"this {_noun} dataset already holds the maximum of {_max} {_noun}s\nit holds {standing.Count}, and {added} more were to be registered; unregister some first; nothing of this call was registered"));
        }

        var turns = _taken is null ? 0 : long.Parse(_taken, CultureInfo.InvariantCulture);
        plan.Guard(new Guard.Swap(GuardScopes.SegmentTurn, _dataset.Value, _taken, (turns + 1).ToString(CultureInfo.InvariantCulture)));
    }
}
