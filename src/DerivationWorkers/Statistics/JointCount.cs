using Strata.Contracts;

namespace Strata.DerivationWorkers;

/// <summary>Of rows that have different numbers of joints, those that can stand beside each other.</summary>
internal static class JointCount
{
    /// <summary>Keeps the rows with the number of joints that most rows have; the others are counted as dropped.</summary>
    /// <param name="rows">Row numbers, ascending.</param>
    /// <param name="joints">How many joints each of them has, in the same order; may be longer.</param>
    /// <returns>The rows kept, and their number of joints: 0 when there are none.</returns>
    public static (int[] Rows, int Joints) KeepMostFrequent(ReadOnlySpan<int> rows, ReadOnlySpan<int> joints, DropCounts drops)
    {
        joints = joints[..rows.Length];
        var most = MostFrequent(joints);
        var same = joints.Count(most);
        drops.Add(DropReasons.JointCountDiffers, rows.Length - same);
        var kept = new int[same];
        var next = 0;
        for (var i = 0; i < rows.Length; i++)
        {
            if (joints[i] == most)
            {
                kept[next++] = rows[i];
            }
        }

        return (kept, most);
    }

    /// <summary>Norms over fewer or more joints than most rows have cannot be compared with theirs. Of two equally frequent counts the larger one.</summary>
    private static int MostFrequent(ReadOnlySpan<int> joints)
    {
        if (joints.IsEmpty || joints.IndexOfAnyExcept(joints[0]) < 0)
        {
            return joints.IsEmpty ? 0 : joints[0];
        }

        var frequency = new Dictionary<int, int>();
        foreach (var count in joints)
        {
            frequency[count] = frequency.GetValueOrDefault(count) + 1;
        }

        return frequency.OrderByDescending(f => f.Value).ThenByDescending(f => f.Key).First().Key;
    }
}
