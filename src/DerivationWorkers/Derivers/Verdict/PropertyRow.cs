using Strata.Contracts;
using Strata.Projections;
using Strata.Rrd;

namespace Strata.DerivationWorkers;

/// <summary>The properties of a rule's inputs as one row, with the names and values that the segment table shows. Of several inputs with one property the last one that has a value counts.</summary>
internal sealed class PropertyRow
{
    private const string Prefix = "property:";

    private readonly ExpressionValue[] _values;

    private PropertyRow(ExpressionColumns columns, ExpressionValue[] values)
    {
        Columns = columns;
        _values = values;
    }

    public ExpressionColumns Columns { get; }

    /// <summary>What stands in the schemas of the inputs; without a value in this segment it is null.</summary>
    public static PropertyRow Of(IReadOnlyList<InputLayer> inputs)
    {
        var (columns, values) = (new OrderedDictionary<string, ExpressionColumn>(StringComparer.Ordinal), new Dictionary<string, ExpressionValue>(StringComparer.Ordinal));
        foreach (var input in inputs)
        {
            foreach (var (field, column) in SchemaColumns.Of(input.Schema).Where(c => c.Column.Entity.IsProperty))
            {
                var name = ColumnNames.Property(column.Entity, column.Component);
                columns.TryAdd(name, ArrowCells.ColumnOf(field.WithName(name)));
            }

            var batch = RecordingProperties.Of(input.Chunks).Batch;
            for (var i = 0; i < batch.ColumnCount; i++)
            {
                if (ArrowCells.ReaderOf(batch.Column(i))(0) is var value && !IsNull(value))
                {
                    values[batch.Schema.GetFieldByIndex(i).Name] = value;
                }
            }
        }

        return new(new([.. columns.Values]), [.. columns.Keys.Select(name => values.GetValueOrDefault(name, ExpressionValue.Null))]);
    }

    public ExpressionValue Value(int column) => _values[column];

    /// <summary>Without <c>property:</c>, as people write it.</summary>
    public string Name(int column) => Columns.All[column].Name is var name && name.StartsWith(Prefix, StringComparison.Ordinal) ? name[Prefix.Length..] : name;

    public bool IsNull(int column) => IsNull(_values[column]);

    /// <summary>Nothing, or a list that holds nothing but nulls.</summary>
    private static bool IsNull(ExpressionValue value) => value switch
    {
        ExpressionValue.Nothing => true,
        ExpressionValue.Items list => list.Values.All(item => item is ExpressionValue.Nothing),
        _ => false,
    };

    public static string NameOf(string layer, string component) => ColumnNames.Property(EntityPath.Properties.Append(layer), component)[Prefix.Length..];

    /// <summary>Whether a name, whole or short, can be that of a property that bears the layer's name.</summary>
    public static bool IsOf(string layer, string name)
    {
        var key = NameOf(layer, "");
        return name.StartsWith(key, StringComparison.Ordinal) || name.StartsWith(Prefix + key, StringComparison.Ordinal)
            || (!name.Contains(':', StringComparison.Ordinal) && name.StartsWith(key.Replace(':', '_'), StringComparison.Ordinal));
    }
}
