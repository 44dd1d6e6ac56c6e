using Strata.Contracts;

namespace Strata.DerivationWorkers;

/// <summary>Which aligned rows of one side have a value of every joint; why the others have not is counted. Source: DESIGN §7.</summary>
/// <param name="Rows">Row numbers, ascending.</param>
/// <param name="Joints">How many joints each of them has; 0 when there is no such row.</param>
/// <param name="Fewer">Values of the first row that does not hold the selected joints; null when all do.</param>
internal sealed record UsableRows(int[] Rows, int Joints, int? Fewer)
{
    public static UsableRows Find(JointSide side, DropCounts drops)
    {
        var rows = new int[side.Cells[0].Length];
        var joints = new int[rows.Length];
        var kept = 0;
        int? fewer = null;
        for (var row = 0; row < rows.Length; row++)
        {
            if (!HasAll(side, row))
            {
                drops.Add(DropReasons.NoObservation);
                continue;
            }

            var count = side.JointsAt(row);
            if (count == 0)
            {
                drops.Add(DropReasons.EmptyObservation);
            }
            else if (count == JointSide.NotComparable)
            {
                fewer ??= side.ValuesAt(0, row);
                drops.Add(DropReasons.JointCountDiffers);
            }
            else
            {
                joints[kept] = count;
                rows[kept++] = row;
            }
        }

        var (same, most) = JointCount.KeepMostFrequent(rows.AsSpan(0, kept), joints, drops);
        return new(same, most, fewer);
    }

    private static bool HasAll(JointSide side, int row)
    {
        foreach (var cells in side.Cells)
        {
            if (!cells[row].HasValue)
            {
                return false;
            }
        }

        return true;
    }
}
