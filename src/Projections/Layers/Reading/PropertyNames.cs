using System.Buffers;
using System.Globalization;
using Strata.Arrow;

namespace Strata.Projections.Layers.Reading;

/// <summary>
/// Names property columns. A name is normalised (catalog-protocol §6.4), so two properties can want the same one: <c>/a-b</c> and <c>/a.b</c>, or one path with
/// two types. Rerun's own server then fails the whole dataset. Here both are kept: the one that the log showed first has the name, each other one the name with
/// a number, and says in its metadata which name it would have had.
/// </summary>
internal sealed class PropertyNames
{
    private const string Component = "rerun:component";

    private static readonly SearchValues<char> Replaced = SearchValues.Create(", -.\\");

    private readonly List<Field> _columns = [];
    private readonly Dictionary<(string Name, ArrowType Type, string? EntityPath, string? Component), int> _known = [];
    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);

    public IReadOnlyList<Field> Columns => _columns;

    /// <returns>Number of the column that shows the property.</returns>
    public int ColumnOf(Field field)
    {
        // Where two properties of one recording want a name, the second one comes under its raw one: told apart here and nowhere else.
        field = field.WithName(Normalise(field.Name));
        var identity = (field.Name, field.DataType, field.Metadata.GetValueOrDefault(ColumnMetadata.EntityPath), field.Metadata.GetValueOrDefault(Component));
        if (!_known.TryGetValue(identity, out var column))
        {
            column = _columns.Count;
            _known.Add(identity, column);
            _columns.Add(Named(field.WithNullable(true)));
        }

        return column;
    }

    private static string Normalise(string name) => name.AsSpan().ContainsAny(Replaced)
        ? string.Create(name.Length, name, static (normalised, source) => source.AsSpan().ReplaceAny(normalised, Replaced, '_'))
        : name;

    private Field Named(Field field)
    {
        if (_taken.Add(field.Name))
        {
            return field;
        }

        for (var number = 2; ; number++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"{field.Name}_{number}");
            if (_taken.Add(name))
            {
                return field.WithName(name).WithMetadata(new Dictionary<string, string>(field.Metadata) { [ColumnMetadata.NameClash] = field.Name });
            }
        }
    }
}
