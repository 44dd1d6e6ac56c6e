using Strata.Arrow;

namespace Strata.Rrd;

/// <summary>The union schema of a store's chunks; the first chunk that mentions a column fixes its type. Source: rrd-format §9.3.</summary>
internal sealed class SorbetSchemaBuilder
{
    private static readonly ComponentDescriptor Tombstone = new("rerun.archetypes.Clear", "Clear:is_recursive", "rerun.components.ClearIsRecursive");

    private readonly Dictionary<string, ArrowType> _timelines = new(StringComparer.Ordinal);
    private readonly List<string> _timelineOrder = [];
    private readonly Dictionary<string, DataColumn> _columns = new(StringComparer.Ordinal);
    private readonly List<DataColumn> _columnOrder = [];

    public void Add(Chunk chunk)
    {
        foreach (var timeline in chunk.Timelines)
        {
            if (_timelines.TryAdd(timeline.Name, timeline.Array.DataType))
            {
                _timelineOrder.Add(timeline.Name);
            }
        }
        foreach (var component in chunk.Components)
        {
            var name = ColumnNames.Dataframe(chunk.EntityPath, component.Descriptor.Component);
            if (!_columns.TryGetValue(name, out var column))
            {
                column = new DataColumn(name, chunk.EntityPath, component.Descriptor, component.Lists.DataType);
                _columns.Add(name, column);
                _columnOrder.Add(column);
            }
            column.IsStatic |= chunk.IsStatic;
            column.IsSemanticallyEmpty &= component.IsSemanticallyEmpty;
        }
    }

    /// <summary>Row id, timelines and components, each in the order of their first chunk; no schema metadata.</summary>
    public Schema Build() => new(
    [
        ChunkFields.RowId(isSorted: false),
        .. _timelineOrder.Select(name => ChunkFields.Index(name, _timelines[name], isSorted: false)),
        .. _columnOrder.Select(column => column.ToField()),
    ]);

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
