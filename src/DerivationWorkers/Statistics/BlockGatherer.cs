namespace Strata.DerivationWorkers;

/// <summary>Brings the selected joints of some rows into joint-major order, wherever their chunks lie.</summary>
internal sealed class BlockGatherer
{
    private readonly JointSide _side;
    private readonly JointSource[] _sources;
    private readonly int _stride;
    private readonly double[] _values;
    private readonly bool[] _nullJoint;

    /// <param name="stride">The most rows of one block.</param>
    public BlockGatherer(JointSide side, int joints, int stride)
    {
        _side = side;
        _sources = side.Sources(joints);
        _stride = stride;
        _values = new double[joints * stride];
        _nullJoint = new bool[stride];
    }

    /// <summary>Joint j of the r-th row of the block at <c>j * stride + r</c>; 0 where it is null.</summary>
    public ReadOnlySpan<double> Values => _values;

    public bool HasNullJoint(int row) => _nullJoint[row];

    /// <param name="rows">Comparable row numbers, at most stride.</param>
    public void Gather(ReadOnlySpan<int> rows)
    {
        Array.Clear(_nullJoint);
        for (var first = 0; first < _sources.Length;)
        {
            var last = first + 1;
            while (last < _sources.Length && _sources[last].Column == _sources[first].Column)
            {
                last++;
            }

            GatherColumn(rows, first, last);
            first = last;
        }
    }

    /// <summary>The joints from <paramref name="first"/> until <paramref name="last"/>, which lie in one column.</summary>
    private void GatherColumn(ReadOnlySpan<int> rows, int first, int last)
    {
        var column = _sources[first].Column;
        var cells = _side.Cells[column];
        var sources = _sources.AsSpan(first, last - first);
        for (var i = 0; i < rows.Length;)
        {
            var number = cells[rows[i]].Block;
            var block = _side.Blocks[column][number];
            var values = block.Values;
            var offsets = block.Offsets;
            var stride = block.Stride;
            for (; i < rows.Length && cells[rows[i]].Block == number; i++)
            {
                var start = offsets[cells[rows[i]].Row] * stride;
                for (var j = 0; j < sources.Length; j++)
                {
                    _values[(first + j) * _stride + i] = values[start + sources[j].Instance];
                }

                if (block.MayHaveNullJoints)
                {
                    ReplaceNulls(block, start, sources, first, i);
                }
            }
        }
    }

    private void ReplaceNulls(JointCells block, int start, ReadOnlySpan<JointSource> sources, int first, int row)
    {
        for (var j = 0; j < sources.Length; j++)
        {
            if (block.IsNullJoint(start + sources[j].Instance))
            {
                _values[(first + j) * _stride + row] = 0;
                _nullJoint[row] = true;
            }
        }
    }
}
