using Strata.Arrow;
using Strata.Projections.Layers.Values;

namespace Strata.Projections.Layers.Reading;

/// <summary>The property columns that were asked for, row after row.</summary>
internal sealed class PropertyCells
{
    private readonly TableColumns _columns;
    private readonly PropertyColumn?[] _cells;
    private readonly PropertyColumn[] _wanted;
    private int _rows;

    public PropertyCells(TableColumns columns)
    {
        _columns = columns;
        _cells = [.. columns.Properties.Select((field, i) => columns.IsPropertyPicked(i) ? PropertyColumn.Of(field.DataType) : null)];
        _wanted = [.. _cells.OfType<PropertyColumn>()];
    }

    /// <summary>False: no layer's properties need to be read.</summary>
    public bool IsAny => _wanted.Length > 0;

    /// <summary>A row of the layers from <paramref name="start"/> to before <paramref name="end"/>: the last one that has a value in a column wins. Source: catalog-protocol §6.4.</summary>
    /// <param name="tags">What was given to the segment beside its layers: it goes before what a layer says.</param>
    public void AddRow(LayerPage page, int start, int end, TagRow? tags = null)
    {
        _rows++;
        if (tags is { } given && _columns.Of(given.Shape) is { Batches: { } givenBatches } givenShape && HasUnset(givenShape))
        {
            Add(givenBatches, givenShape, page[given.Properties]);
        }

        for (var i = end - 1; i >= start; i--)
        {
            ref readonly var row = ref page.Rows[i];
            if (_columns.Of(row.Shape) is { Batches: { } batches } shape && HasUnset(shape))
            {
                Add(batches, shape, page[row.Properties]);
            }
        }

        foreach (var column in _wanted)
        {
            if (column.Rows < _rows)
            {
                column.AddNull();
            }
        }
    }

    public IArrowArray Finish(int property) => _cells[property]!.Finish();

    private bool HasUnset(ShapeColumns shape)
    {
        foreach (var property in shape.Properties)
        {
            if (_cells[property] is { } column && column.Rows < _rows)
            {
                return true;
            }
        }

        return false;
    }

    private void Add(PropertyBatches batches, ShapeColumns shape, ReadOnlySpan<byte> delta)
    {
        batches.Open(delta);
        var message = batches.Message;
        for (var i = 0; i < shape.Properties.Length; i++)
        {
            if (_cells[shape.Properties[i]] is { } column && column.Rows < _rows && batches.Cells[i].IsValid(message, 0))
            {
                column.Add(message, batches.Cells[i], batches.Arrays?.Column(i));
            }
        }
    }
}
