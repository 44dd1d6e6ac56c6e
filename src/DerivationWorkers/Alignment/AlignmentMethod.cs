namespace Strata.DerivationWorkers;

/// <summary>How a column gets a value at a time at which it may have none.</summary>
internal enum AlignmentMethod
{
    /// <summary>The value at that very time, as Rerun's <c>reader(using_index_values=…)</c>.</summary>
    Exact,

    /// <summary>The newest value at or before the time, unless it is too old; as Rerun's <c>reader(fill_latest_at=True, using_index_values=…)</c>.</summary>
    LatestAt,

    /// <summary>The value whose time is nearest, unless it is too far away; of two that are equally near the earlier one.</summary>
    Nearest,

    /// <summary>On the straight line between the values before and after the time, unless these are too far apart. Of floats only: between two counts lies no number.</summary>
    Linear,
}

/// <param name="Limit">In the index's unit, both ends allowed: the largest age, distance or gap. Not looked at for <see cref="AlignmentMethod.Exact"/>.</param>
internal readonly record struct AlignmentRule(AlignmentMethod Method, long Limit)
{
    public static AlignmentRule Exact { get; } = new(AlignmentMethod.Exact, 0);
}

/// <summary>A column on given times.</summary>
/// <param name="Blocks">What <see cref="CellRef.Block"/> counts: the chunks of the column, and last of all what was interpolated.</param>
/// <param name="Cells">One a time.</param>
internal sealed record AlignedCells(IReadOnlyList<JointCells> Blocks, CellRef[] Cells);
