using System.Collections.Concurrent;
using Strata.Contracts;
using Strata.Projections;

namespace Strata.DerivationWorkers;

/// <summary>Whether a rule can match a schema at all: asked of the deriver once per (rule revision, schema), and its no recorded once. Source: DESIGN §7.</summary>
internal sealed class SchemaVerdicts
{
    // Schemas differ by robot model and recorder, not by segment; a catalog with more of them than this only asks again.
    private const int MaxKept = 4096;

    private readonly ConcurrentDictionary<SchemaKey, SchemaMatch> _verdicts = new();
    private readonly ConcurrentDictionary<SchemaKey, bool> _recorded = new();

    public SchemaMatch Of(WorkItem item, Func<SchemaMatch> ask)
    {
        var key = SchemaKey.Of(item);
        if (_verdicts.TryGetValue(key, out var known))
        {
            return known;
        }

        if (_verdicts.Count >= MaxKept)
        {
            _verdicts.Clear();
        }

        return _verdicts[key] = ask();
    }

    public bool IsRecorded(WorkItem item) => _recorded.ContainsKey(SchemaKey.Of(item));

    public void SetRecorded(WorkItem item)
    {
        if (_recorded.Count >= MaxKept)
        {
            _recorded.Clear();
        }

        _recorded[SchemaKey.Of(item)] = true;
    }
}

/// <param name="Backfill">One asks anew what was recorded before it, perhaps by an older version of the deriver.</param>
internal readonly record struct SchemaKey(DatasetId Dataset, string Rule, int Revision, Sha256Digest Schema, string? Backfill)
{
    public static SchemaKey Of(WorkItem item) => new(item.Dataset, item.Rule, item.Revision, item.SchemaSha256, item.Backfill);
}
