using System.Collections.Concurrent;
using Strata.Contracts;
using Strata.Projections;

namespace Strata.DerivationWorkers;

/// <summary>Rules by revision. A revision never changes, so one that was read once is kept; a newer one makes the older one's work stale.</summary>
internal sealed class RuleBook(IRuleList rules)
{
    private readonly ConcurrentDictionary<(DatasetId Dataset, string Rule), RuleRow> _newest = new();

    /// <returns>The rule, or null when this revision does not stand any more.</returns>
    public async ValueTask<RuleRow?> FindAsync(DatasetId dataset, string rule, int revision, CancellationToken cancellationToken)
    {
        if (!_newest.TryGetValue((dataset, rule), out var row) || row.Revision < revision)
        {
            foreach (var read in await rules.ReadAsync(dataset, asOf: null, cancellationToken).ConfigureAwait(false))
            {
                _newest.AddOrUpdate((dataset, read.Rule), read, (_, known) => known.Revision > read.Revision ? known : read);
            }

            _newest.TryGetValue((dataset, rule), out row);
        }

        return row is not null && row.Revision == revision ? row : null;
    }
}
