using Strata.Arrow;

namespace Strata.Projections.Layers.Values;

/// <summary>The cells of one property column, row after row.</summary>
internal abstract class PropertyColumn
{
    /// <summary>Rows that have a cell or are known to have none.</summary>
    public int Rows { get; protected set; }

    public static PropertyColumn Of(ArrowType type) => ValueBuilder.Of(type) is { } values ? new CopiedColumn(values) : new JoinedColumn(type);

    /// <summary>True where cells are copied from their messages; else each comes as an array.</summary>
    public static bool IsCopied(ArrowType type) => ValueBuilder.Of(type) is not null;

    /// <summary>Sets the cell of the next row.</summary>
    public abstract void Add(ReadOnlySpan<byte> message, CellLayout cell, IArrowArray? array);

    public abstract void AddNull();

    public abstract IArrowArray Finish();

    private sealed class CopiedColumn(ValueBuilder values) : PropertyColumn
    {
        public override void Add(ReadOnlySpan<byte> message, CellLayout cell, IArrowArray? array)
        {
            values.Append(message, cell, 0, 1);
            Rows++;
        }

        public override void AddNull()
        {
            values.AppendNull();
            Rows++;
        }

        public override IArrowArray Finish() => ArrowArrayFactory.BuildArray(values.Finish());
    }

    /// <summary>Types that few recordings have: each cell is kept as an array, and all are joined at the end.</summary>
    private sealed class JoinedColumn(ArrowType type) : PropertyColumn
    {
        private readonly List<IArrowArray?> _cells = [];

        public override void Add(ReadOnlySpan<byte> message, CellLayout cell, IArrowArray? array)
        {
            _cells.Add(array);
            Rows++;
        }

        public override void AddNull()
        {
            _cells.Add(null);
            Rows++;
        }

        public override IArrowArray Finish()
        {
            var present = _cells.OfType<IArrowArray>().ToArray();
            var dense = present.Length == 0 ? ArrowArrayFactory.BuildArray(EmptyArrays.Of(type)) : ArrayConcatenator.Concatenate(present);
            return present.Length == _cells.Count ? dense : Spread(dense);
        }

        private ListArray Spread(IArrowArray dense)
        {
            if (dense is not ListArray { DataType: ListType list } lists)
            {
                throw new NotSupportedException($"a property column of type {dense.DataType}: expected a list, as Rerun's properties are");
            }

            var offsets = new int[_cells.Count + 1];
            var isValid = new bool[_cells.Count];
            var from = lists.ValueOffsets;
            offsets[0] = from[0];
            var next = 0;
            for (var row = 0; row < _cells.Count; row++)
            {
                isValid[row] = _cells[row] is not null;
                next += isValid[row] ? 1 : 0;
                offsets[row + 1] = from[next];
            }

            return ListArray.From(list.ValueField, offsets, lists.Values, isValid);
        }
    }
}
