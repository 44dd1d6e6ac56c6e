namespace Strata.DerivationWorkers;

/// <summary>Where a joint's value lies in a row of a side: in which column, and the how-manieth value of the row there.</summary>
internal readonly record struct JointSource(int Column, int Instance);

/// <summary>Command or observation, aligned: either one column that holds all joints, or one column a joint.</summary>
/// <param name="Blocks">Per column, what <see cref="CellRef.Block"/> counts.</param>
/// <param name="Cells">Per column, one a row.</param>
/// <param name="Instances">The selected values of a row, of one column with all joints; null: all.</param>
internal sealed record JointSide(IReadOnlyList<JointCells>[] Blocks, CellRef[][] Cells, int[]? Instances, bool IsPerJointEntity)
{
    /// <summary>The row does not hold what was selected of it.</summary>
    public const int NotComparable = -1;

    private readonly int _highest = Instances is null ? -1 : Instances.Max();

    public static JointSide Of(IReadOnlyList<AlignedCells> columns, int[]? instances, bool isPerJointEntity) =>
        new([.. columns.Select(c => c.Blocks)], [.. columns.Select(c => c.Cells)], instances, isPerJointEntity);

    /// <summary>How many values the row has in this column.</summary>
    public int ValuesAt(int column, int row)
    {
        var cell = Cells[column][row];
        return Blocks[column][cell.Block].Count(cell.Row);
    }

    /// <summary>How many joints the row gives to compare: 0 when it is empty, <see cref="NotComparable"/> when selected ones are not there.</summary>
    public int JointsAt(int row)
    {
        if (!IsPerJointEntity)
        {
            var values = ValuesAt(0, row);
            return values == 0 || Instances is null ? values : _highest < values ? Instances.Length : NotComparable;
        }

        var joints = Cells.Length;
        for (var column = 0; column < Cells.Length; column++)
        {
            var values = ValuesAt(column, row);
            if (values == 0)
            {
                return 0;
            }

            joints = values == 1 ? joints : NotComparable;
        }

        return joints;
    }

    /// <param name="joints">How many joints are compared.</param>
    public JointSource[] Sources(int joints)
    {
        var sources = new JointSource[joints];
        for (var i = 0; i < joints; i++)
        {
            sources[i] = IsPerJointEntity ? new(i, 0) : new(0, Instances is null ? i : Instances[i]);
        }

        return sources;
    }
}
