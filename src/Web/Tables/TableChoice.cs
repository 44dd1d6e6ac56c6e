using Strata.Arrow;
using Strata.Contracts;
using Strata.Projections;

namespace Strata.Web;

/// <summary>Which rows of a table are asked for, and in which order; only those are sent.</summary>
internal sealed class TableChoice
{
    /// <summary>A person sorts by two or three; each costs a look at every row.</summary>
    private const int MaxSortColumns = 16;

    private readonly RowCondition? _where;
    private readonly IReadOnlyList<string> _sort;
    private readonly int? _limit;
    private readonly int _offset;

    /// <param name="where">An expression; null: all rows.</param>
    /// <param name="sort">Columns, the first one first, each downwards with a leading <c>-</c>; rows without a value come last either way. Null: as the table comes.</param>
    /// <param name="limit">At most so many rows; null: all.</param>
    /// <param name="offset">Rows that are passed over before them.</param>
    /// <exception cref="OperationException">A part of it cannot be, whatever the table.</exception>
    public TableChoice(string? where, IReadOnlyList<string>? sort, int? limit, int? offset)
    {
        if (limit < 0 || offset < 0)
        {
            throw Refused($"{(limit < 0 ? "limit" : "offset")}: expected 0 or more rows, found {(limit < 0 ? limit : offset)}");
        }

        if (sort?.Count > MaxSortColumns)
        {
            throw Refused($"sort: expected at most {MaxSortColumns} columns, found {sort.Count}");
        }

        (_sort, _limit, _offset) = (sort ?? [], limit, offset ?? 0);
        try
        {
            _where = where is null ? null : RowCondition.Parse(where);
        }
        catch (ExpressionException e)
        {
            throw Refused($"where: {e.Message}");
        }
    }

    private bool IsAll => _where is null && _sort.Count == 0 && _limit is null && _offset == 0;

    /// <returns>The table with the chosen rows alone.</returns>
    /// <exception cref="OperationException">It names a column that is not there, and the message those near it; or one of another type than its place needs.</exception>
    public TableResponse Apply(RecordBatch batch, long position)
    {
        if (IsAll)
        {
            return RecordBatchJson.ToTable(batch, position);
        }

        var columns = new ExpressionColumns([.. batch.Schema.FieldsList.Select(ArrowCells.ColumnOf)]);
        var rows = Sorted(Matching(batch, columns), batch, columns);
        var shown = rows.Skip(_offset).Take(_limit ?? rows.Count).ToArray();
        return RecordBatchJson.ToTable(batch, position, shown) with { Matched = rows.Count };
    }

    private List<int> Matching(RecordBatch batch, ExpressionColumns columns)
    {
        var rows = Enumerable.Range(0, batch.Length);
        if (_where is null)
        {
            return [.. rows];
        }

        BoundExpression condition;
        try
        {
            condition = _where.Bind(columns);
        }
        catch (ExpressionException e)
        {
            throw Refused($"where: {e.Message}");
        }

        var cells = new ArrowCells.CellReader?[batch.ColumnCount];
        foreach (var column in condition.Columns)
        {
            cells[column] = ArrowCells.ReaderOf(batch.Column(column));
        }

        return [.. rows.Where(row => condition.Holds(column => cells[column]!(row)) == true)];
    }

    private List<int> Sorted(List<int> rows, RecordBatch batch, ExpressionColumns columns)
    {
        IOrderedEnumerable<int>? sorted = null;
        foreach (var name in _sort)
        {
            var isDownwards = name is ['-', ..];
            var column = Column(columns, isDownwards ? name[1..] : name);
            var cell = ArrowCells.ReaderOf(batch.Column(column));
            var keys = rows.ToDictionary(row => row, row => First(cell(row)));
            var order = Comparer<int>.Create((a, b) => Order(keys[a], keys[b], isDownwards));
            sorted = sorted is null ? rows.Order(order) : sorted.ThenBy(row => row, order);
        }

        return sorted is null ? rows : [.. sorted];
    }

    private static int Column(ExpressionColumns columns, string name)
    {
        try
        {
            var column = columns.Require(name);
            return columns.All[column].Type != ExpressionType.Other ? column : throw Refused($"sort: expected a column of numbers, texts, times or true and false, found {columns.All[column].Name}");
        }
        catch (ExpressionException e)
        {
            throw Refused($"sort: {e.Reason}");
        }
    }

    /// <summary>By which a row is sorted: of a list its first item.</summary>
    private static ExpressionValue First(ExpressionValue value) => value is not ExpressionValue.Items list ? value : list.Values.Count > 0 ? list.Values[0] : ExpressionValue.Null;

    private static int Order(ExpressionValue left, ExpressionValue right, bool isDownwards) => (left, right) switch
    {
        (ExpressionValue.Nothing, ExpressionValue.Nothing) => 0,
        (ExpressionValue.Nothing, _) => 1,
        (_, ExpressionValue.Nothing) => -1,
        _ => (ExpressionValue.Order(left, right) ?? 0) * (isDownwards ? -1 : 1),
    };

    private static OperationException Refused(string message) => new(OperationErrors.Invalid, message, null);
}
