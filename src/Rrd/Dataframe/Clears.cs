using Strata.Arrow;

namespace Strata.Rrd.Dataframe;

/// <summary>Rerun's <c>Clear</c> as cells of the columns that it clears: empty lists at its times.</summary>
internal static class Clears
{
    /// <param name="isRecursive">One list of a boolean a row; null where nothing was cleared.</param>
    /// <param name="type">Of the column that is cleared.</param>
    /// <param name="onlyRecursive">Whether only rows count that also clear what is below their entity.</param>
    /// <returns>Null when the chunk clears nothing.</returns>
    public static ColumnPart? Of(ChunkTimes chunk, ListArray isRecursive, ListType type, bool onlyRecursive) =>
        ColumnPart.Of(chunk, CellsOf(isRecursive, type, onlyRecursive), clears: true);

    private static ListArray CellsOf(ListArray isRecursive, ListType type, bool onlyRecursive)
    {
        var clears = new bool[isRecursive.Length];
        for (var row = 0; row < clears.Length; row++)
        {
            clears[row] = isRecursive.IsValid(row) && (!onlyRecursive || IsTrue(isRecursive, row));
        }
        return ListArray.From(type.ValueField, new int[clears.Length + 1], ArrowArrayFactory.BuildArray(EmptyArrays.Of(type.ValueDataType)), clears);
    }

    private static bool IsTrue(ListArray isRecursive, int row) =>
        isRecursive.GetValueLength(row) > 0 && isRecursive.Values is BooleanArray values && values.GetValue(isRecursive.ValueOffsets[row]) == true;
}
