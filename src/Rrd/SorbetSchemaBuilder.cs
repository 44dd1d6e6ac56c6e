using Strata.Arrow;

namespace Strata.Rrd;

/// <summary>The union schema of a store's chunks; the first chunk that mentions a column fixes its type. Source: rrd-format §9.3.</summary>
internal sealed class SorbetSchemaBuilder
{
    private static readonly ComponentDescriptor Tombstone = new("rerun.archetypes.Clear", "Clear:is_recursive", "rerun.components.ClearIsRecursive");

    private readonly HashSet<string> _timelines = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DataColumn> _columns = new(StringComparer.Ordinal);
    private readonly List<Func<Field>> _fields = [() => ChunkFields.RowId(isSorted: false)];

    /// <summary>Characters of the names that <see cref="Add(Chunk)"/> would keep of this chunk.</summary>
    public long NewNameChars(Chunk chunk)
    {
        var chars = 0L;
        foreach (var timeline in chunk.Timelines)
        {
            chars += _timelines.Contains(timeline.Name) ? 0 : timeline.Name.Length;
        }
        foreach (var component in chunk.Components)
        {
            var name = ColumnNames.Dataframe(chunk.EntityPath, component.Descriptor.Component);
            chars += _columns.ContainsKey(name) ? 0 : name.Length + (component.Descriptor.Archetype?.Length ?? 0) + (component.Descriptor.ComponentType?.Length ?? 0);
        }
        return chars;
    }

    public void Add(Chunk chunk)
    {
        foreach (var timeline in chunk.Timelines)
        {
            if (_timelines.Add(timeline.Name))
            {
                var field = ChunkFields.Index(timeline.Name, timeline.Array.DataType, isSorted: false);
                _fields.Add(() => field);
            }
        }
        foreach (var component in chunk.Components)
        {
            var name = ColumnNames.Dataframe(chunk.EntityPath, component.Descriptor.Component);
            if (!_columns.TryGetValue(name, out var column))
            {
                column = new DataColumn(name, chunk.EntityPath, component.Descriptor, component.Lists.DataType);
                _columns.Add(name, column);
                _fields.Add(column.ToField);
            }
            column.IsStatic |= chunk.IsStatic;
            column.IsSemanticallyEmpty &= component.IsSemanticallyEmpty;
        }
    }

    /// <summary>Adds the columns of another store's schema, which is one without row ids of its own.</summary>
    public void Add(Schema schema)
    {
        foreach (var field in schema.FieldsList)
        {
            switch (field.Metadata.GetValueOrDefault(SorbetKeys.Kind))
            {
                case SorbetKeys.KindControl or "row_id":
                    break;
                case SorbetKeys.KindIndex or "time":
                    var timeline = field.Metadata.GetValueOrDefault(SorbetKeys.IndexName) is { Length: > 0 } name ? name : field.Name;
                    if (_timelines.Add(timeline))
                    {
                        var index = ChunkFields.Index(timeline, field.DataType, isSorted: false);
                        _fields.Add(() => index);
                    }
                    break;
                default:
                    AddColumn(field);
                    break;
            }
        }
    }

    private void AddColumn(Field field)
    {
        if (!_columns.TryGetValue(field.Name, out var column))
        {
            var path = EntityPath.Parse(field.Metadata.GetValueOrDefault(SorbetKeys.EntityPath) ?? "");
            column = new DataColumn(field.Name, path, ChunkFields.Descriptor(field.Metadata, field.Name), field.DataType);
            _columns.Add(field.Name, column);
            _fields.Add(column.ToField);
        }
        column.IsStatic |= SorbetKeys.IsSet(field.Metadata, SorbetKeys.IsStatic);
        column.IsSemanticallyEmpty &= SorbetKeys.IsSet(field.Metadata, SorbetKeys.IsSemanticallyEmpty);
    }

    /// <summary>The row id, then every column in the order of its first mention; no schema metadata.</summary>
    public Schema Build() => new(_fields.Select(field => field()));

    private sealed class DataColumn(string name, EntityPath entityPath, ComponentDescriptor descriptor, ArrowType type)
    {
        public bool IsStatic { get; set; }

        public bool IsSemanticallyEmpty { get; set; } = true;

        public Field ToField()
        {
            var metadata = ChunkFields.Data(descriptor);
            metadata[SorbetKeys.EntityPath] = entityPath.ToString();
            ChunkFields.AddFlag(metadata, SorbetKeys.IsStatic, IsStatic);
            ChunkFields.AddFlag(metadata, SorbetKeys.IsSemanticallyEmpty, IsSemanticallyEmpty);
            ChunkFields.AddFlag(metadata, SorbetKeys.IsTombstone, descriptor == Tombstone);
            return new Field(name, type, nullable: true, metadata);
        }
    }
}
