using Strata.Arrow;

namespace Strata.Projections.Layers;

/// <summary>Makes a column of cells that come one by one and may be absent.</summary>
internal static class CellColumn
{
    /// <param name="cells">Arrays of one value of <paramref name="type"/>; null: no value in this row.</param>
    public static IArrowArray Build(ArrowType type, IArrowArray?[] cells)
    {
        var present = cells.OfType<IArrowArray>().ToArray();
        var dense = present.Length == 0 ? ArrowArrayFactory.BuildArray(EmptyArrays.Of(type)) : ArrayConcatenator.Concatenate(present);
        return present.Length == cells.Length ? dense : Spread(dense, cells);
    }

    private static ListArray Spread(IArrowArray dense, IArrowArray?[] cells)
    {
        if (dense is not ListArray { DataType: ListType type } lists)
        {
            throw new NotSupportedException($"a property column of type {dense.DataType}: expected a list, as Rerun's properties are");
        }

        var offsets = new int[cells.Length + 1];
        var isValid = new bool[cells.Length];
        var from = lists.ValueOffsets;
        offsets[0] = from[0];
        var next = 0;
        for (var row = 0; row < cells.Length; row++)
        {
            isValid[row] = cells[row] is not null;
            next += isValid[row] ? 1 : 0;
            offsets[row + 1] = from[next];
        }

        return ListArray.From(type.ValueField, offsets, lists.Values, isValid);
    }
}
