using Strata.Arrow;

namespace Strata.Rrd.Dataframe;

/// <summary>Which columns of a schema a segment has: found by entity and component, since that is how chunks name them.</summary>
internal sealed class SegmentColumns
{
    private readonly Dictionary<(EntityPath EntityPath, string Component), int> _columns = [];
    private readonly HashSet<EntityPath> _wanted;

    public SegmentColumns(IReadOnlyList<IDataframeLayer> layers, DataframeSchema schema)
    {
        var held = new HashSet<string>(StringComparer.Ordinal);
        foreach (var field in layers.SelectMany(layer => layer.Schema.FieldsList).Where(field => DataframeSchema.Holds(field, schema.Query)))
        {
            held.Add(field.Name);
        }
        for (var i = 0; i < schema.Columns.Count; i++)
        {
            var column = schema.Columns[i];
            if (held.Contains(column.Field.Name))
            {
                _columns.TryAdd((column.EntityPath, column.Component), i);
            }
        }
        _wanted = [.. layers.SelectMany(layer => layer.Schema.FieldsList).Select(field => WantedEntity(field, schema.Query)).OfType<EntityPath>()];
    }

    /// <summary>Whether anything of this entity is asked for, be it a column or not.</summary>
    public bool Wants(EntityPath entityPath) => _wanted.Contains(entityPath);

    /// <summary>Position in the schema's columns.</summary>
    public bool TryFind(EntityPath entityPath, string component, out int column) => _columns.TryGetValue((entityPath, component), out column);

    /// <summary>The columns of an entity and, where <paramref name="below"/>, of those below it.</summary>
    public IEnumerable<int> ColumnsOf(EntityPath entityPath, bool below) =>
        _columns.Where(column => below ? column.Key.EntityPath.StartsWith(entityPath) : column.Key.EntityPath == entityPath).Select(column => column.Value);

    /// <summary>Whether an entity above one with a column may clear it: Rerun's clients see only what is asked for.</summary>
    public bool MayClear(EntityPath entityPath) => Wants(entityPath) && ColumnsOf(entityPath, below: true).Any();

    private static EntityPath? WantedEntity(Field field, DataframeQuery query)
    {
        if (field.Metadata.GetValueOrDefault(SorbetKeys.Kind) != SorbetKeys.KindData || !field.Metadata.TryGetValue(SorbetKeys.EntityPath, out var text))
        {
            return null;
        }
        var entityPath = EntityPath.Parse(text);
        return query.Contents.Wants(entityPath, ChunkFields.Descriptor(field.Metadata, field.Name).Component) ? entityPath : null;
    }
}
