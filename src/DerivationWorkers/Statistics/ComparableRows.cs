using Strata.Contracts;

namespace Strata.DerivationWorkers;

/// <summary>Which aligned rows can be compared; why the others cannot is counted. Source: DESIGN §7.</summary>
/// <param name="Rows">Row numbers, ascending.</param>
/// <param name="Joints">How many joints each of them compares; 0 when there is no such row.</param>
/// <param name="Unequal">Values of command and observation in the first row whose counts differ; null when none does.</param>
internal sealed record ComparableRows(int[] Rows, int Joints, (int Command, int Observation)? Unequal)
{
    public static ComparableRows Find(JointSide command, JointSide observation, DropCounts drops)
    {
        var rows = new int[command.Cells[0].Length];
        var joints = new int[rows.Length];
        var kept = 0;
        (int, int)? unequal = null;
        for (var row = 0; row < rows.Length; row++)
        {
            if (Missing(command, observation, row) is { } missing)
            {
                drops.Add(missing);
                continue;
            }

            var left = command.JointsAt(row);
            var right = observation.JointsAt(row);
            if (left == 0 || right == 0)
            {
                drops.Add(left == 0 ? DropReasons.EmptyCommand : DropReasons.EmptyObservation);
            }
            else if (left != right || left == JointSide.NotComparable)
            {
                unequal ??= (command.ValuesAt(0, row), observation.ValuesAt(0, row));
                drops.Add(DropReasons.JointCountDiffers);
            }
            else
            {
                joints[kept] = left;
                rows[kept++] = row;
            }
        }

        var (same, most) = JointCount.KeepMostFrequent(rows.AsSpan(0, kept), joints, drops);
        return new(same, most, unequal);
    }

    private static string? Missing(JointSide command, JointSide observation, int row)
    {
        foreach (var cells in command.Cells)
        {
            if (!cells[row].HasValue)
            {
                return cells[row] switch
                {
                    { IsTooOld: true } => DropReasons.CommandTooOld,
                    { IsTooFar: true } => DropReasons.CommandTooFar,
                    { IsUnequal: true } => DropReasons.JointCountDiffers,
                    _ => DropReasons.NoCommand,
                };
            }
        }

        foreach (var cells in observation.Cells)
        {
            if (!cells[row].HasValue)
            {
                return cells[row].IsUnequal ? DropReasons.JointCountDiffers : DropReasons.NoObservation;
            }
        }

        return null;
    }
}
