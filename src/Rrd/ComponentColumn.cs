using Strata.Arrow;

namespace Strata.Rrd;

/// <summary>
/// One component of a chunk: a list for every row. A null list means not logged in this row, an empty list means cleared.
/// Source: rrd-format §4.5.
/// </summary>
/// <param name="Descriptor">Which component it is.</param>
/// <param name="Lists">A list for each row of the chunk.</param>
public sealed record ComponentColumn(ComponentDescriptor Descriptor, ListArray Lists)
{
    /// <summary><paramref name="itemsPerRow"/> items in each row; nothing of <paramref name="items"/> is copied.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The items are no multiple of <paramref name="itemsPerRow"/>.</exception>
    public static ComponentColumn Of(ComponentDescriptor descriptor, IArrowArray items, int itemsPerRow = 1)
    {
        ArgumentNullException.ThrowIfNull(items);
        return new(descriptor, ListArray.OfUniformLength(items, itemsPerRow));
    }

    /// <summary>One row that holds all items: a static value, or a property.</summary>
    public static ComponentColumn OneRow(ComponentDescriptor descriptor, IArrowArray items)
    {
        ArgumentNullException.ThrowIfNull(items);
        return new(descriptor, ListArray.From(new Field("item", items.DataType, nullable: true), [0, items.Length], items));
    }

    /// <summary>Row k holds the next <paramref name="itemsPerRow"/>[k] items: the SDK's <c>partition</c>.</summary>
    /// <exception cref="ArgumentException">The rows hold more or fewer items than there are, or less than none.</exception>
    public static ComponentColumn Partition(ComponentDescriptor descriptor, IArrowArray items, ReadOnlySpan<int> itemsPerRow)
    {
        ArgumentNullException.ThrowIfNull(items);
        var offsets = new int[itemsPerRow.Length + 1];
        var end = 0L;
        for (var row = 0; row < itemsPerRow.Length; row++)
        {
            end += itemsPerRow[row];
            if (itemsPerRow[row] < 0 || end > items.Length)
            {
                throw new ArgumentException($"Expected rows of '{descriptor}' that hold {items.Length} items together, found {itemsPerRow[row]} in row {row} after {end - itemsPerRow[row]}.", nameof(itemsPerRow));
            }
            offsets[row + 1] = (int)end;
        }
        return end == items.Length
            ? new(descriptor, ListArray.From(new Field("item", items.DataType, nullable: true), offsets, items))
            : throw new ArgumentException($"Expected rows of '{descriptor}' that hold {items.Length} items together, found {end} in {itemsPerRow.Length} rows.", nameof(itemsPerRow));
    }

    /// <summary>True when there are no instances in any row, only null or empty lists.</summary>
    public bool IsSemanticallyEmpty => Lists.ValueOffsets is var offsets && offsets[0] == offsets[^1];
}
