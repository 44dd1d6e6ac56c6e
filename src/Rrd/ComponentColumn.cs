using Strata.Arrow;

namespace Strata.Rrd;

/// <summary>
/// One component of a chunk: a list for every row. A null list means not logged in this row, an empty list means cleared.
/// Source: rrd-format §4.5.
/// </summary>
public sealed record ComponentColumn(ComponentDescriptor Descriptor, ListArray Lists)
{
    /// <summary>True when there are no instances in any row, only null or empty lists.</summary>
    public bool IsSemanticallyEmpty => Lists.ValueOffsets is var offsets && offsets[0] == offsets[^1];
}
