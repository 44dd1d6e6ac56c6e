using Strata.Contracts;

namespace Strata.DerivationWorkers;

/// <summary>How many rows were left out, by reason.</summary>
internal sealed class DropCounts
{
    private readonly SortedDictionary<string, long> _counts = new(StringComparer.Ordinal);

    public void Add(string reason, long count = 1)
    {
        if (count > 0)
        {
            _counts[reason] = _counts.GetValueOrDefault(reason) + count;
        }
    }

    public void Add(DropCounts others)
    {
        foreach (var (reason, count) in others._counts)
        {
            Add(reason, count);
        }
    }

    public long this[string reason] => _counts.GetValueOrDefault(reason);

    /// <summary>Rows that could not be compared. A superseded row is none: what replaced it was compared in its place.</summary>
    public long Rows => _counts.Where(c => c.Key != DropReasons.SupersededAtSameTime).Sum(c => c.Value);

    /// <summary>Ordinal by reason.</summary>
    public EquatableArray<DroppedRows> ToList() => _counts.Select(c => new DroppedRows(c.Key, c.Value)).ToEquatableArray();
}
