namespace Strata.DerivationWorkers;

/// <summary>
/// Joints without a finite value in any row, such as those of a broken encoder: one of them drops every row, and the others can still be compared. Looked for only where nothing else was left.
/// </summary>
internal static class NeverFiniteJoints
{
    private const int BlockRows = 256;

    /// <returns>In words, with the option that leaves them out; null where there are none, or no others.</returns>
    public static string? Advice(JointPairing pairing, JointSide command, JointSide observation, ComparableRows comparable)
    {
        var isFinite = Find(command, observation, comparable);
        var dead = Enumerable.Range(0, isFinite.Length).Where(joint => !isFinite[joint]).ToList();
        if (dead.Count == 0 || dead.Count == isFinite.Length)
        {
            return null;
        }

        var words = $"joint{(dead.Count == 1 ? "" : "s")} {string.Join(", ", dead.Select(pairing.JointName))} {(dead.Count == 1 ? "has" : "have")} no finite value in any row";
        var (own, others) = (pairing.CommandJoints.Instances, pairing.ObservationJoints.Instances);
        var isOneSelection = own is { } left && others is { } right ? left.SequenceEqual(right) : own is null && others is null;
        return isOneSelection
            ? $"{words}; to compare the others: `--set joints={Ranges([.. Enumerable.Range(0, isFinite.Length).Where(joint => isFinite[joint]).Select(joint => own is { } selected ? selected[joint] : joint)])}`"
            : $"{words}; leave it out of commandJoints and observationJoints";
    }

    private static bool[] Find(JointSide command, JointSide observation, ComparableRows comparable)
    {
        var isFinite = new bool[comparable.Joints];
        var left = new BlockGatherer(command, isFinite.Length, BlockRows);
        var right = new BlockGatherer(observation, isFinite.Length, BlockRows);
        for (var first = 0; first < comparable.Rows.Length; first += BlockRows)
        {
            var block = comparable.Rows.AsSpan(first, Math.Min(BlockRows, comparable.Rows.Length - first));
            left.Gather(block);
            right.Gather(block);
            for (var joint = 0; joint < isFinite.Length; joint++)
            {
                for (var row = 0; row < block.Length && !isFinite[joint]; row++)
                {
                    isFinite[joint] = double.IsFinite(left.Values[(joint * BlockRows) + row]) && double.IsFinite(right.Values[(joint * BlockRows) + row]);
                }
            }
        }

        return isFinite;
    }

    /// <summary>As the parameter <c>joints</c> takes them: <c>0..2,4..6</c>.</summary>
    private static string Ranges(IReadOnlyList<int> joints)
    {
        var parts = new List<string>();
        for (var first = 0; first < joints.Count;)
        {
            var last = first;
            while (last + 1 < joints.Count && joints[last + 1] == joints[last] + 1)
            {
                last++;
            }

            parts.Add(first == last ? $"{joints[first]}" : $"{joints[first]}..{joints[last]}");
            first = last + 1;
        }

        return string.Join(',', parts);
    }
}
