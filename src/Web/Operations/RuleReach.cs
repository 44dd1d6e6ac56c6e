using Strata.Contracts;
using Strata.Projections;

namespace Strata.Web;

/// <summary>What of a dataset a rule does not reach by itself: it works on what is registered after its declaration, and all else is a back-fill's. Source: DESIGN §4.5.</summary>
public sealed class RuleReach(Catalog catalog, BackfillSelection selection, IRuleDerivers derivers)
{
    /// <summary>Segments that wait for a back-fill; work that nobody has done yet is done under the new revision and does not count.</summary>
    public async Task<long> CountBeforeAsync(DatasetId dataset, RuleDeclared rule, CancellationToken cancellationToken) =>
        derivers.VersionOf(rule.Deriver) is { } version
            ? (await CountAsync(new BackfillQuery(dataset, rule.Rule, version, Forced: false, AsOf: null, After: null), where: null, cancellationToken)).Values.Sum()
            : 0;

    /// <summary>How many segments need it, and why.</summary>
    public async Task<IReadOnlyDictionary<BackfillCause, long>> CountAsync(BackfillQuery query, string? where, CancellationToken cancellationToken)
    {
        await catalog.CaughtUpAsync(cancellationToken);
        var counts = Enum.GetValues<BackfillCause>().ToDictionary(cause => cause, _ => 0L);
        await foreach (var candidate in selection.ReadAsync(query, where, cancellationToken))
        {
            counts[candidate.Cause]++;
        }

        return counts;
    }
}
