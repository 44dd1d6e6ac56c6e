using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Strata.Arrow;

namespace Strata.Catalog.Reading;

/// <summary>Columns with the start and the end of a timeline in each chunk.</summary>
internal readonly record struct TimelineColumns(string Timeline, int Start, int End);

/// <summary>Columns with the first and the last time at which a chunk has a value of a component.</summary>
internal readonly record struct ComponentColumns(string Timeline, string Component, int Start, int End);

/// <summary>
/// Which columns of a chunk index say what, known by their metadata and never by their names: names are normalised and may collide. Source: rrd-format §9.2.
/// The recordings of one robot share their schema, so that this is looked at once for all of them.
/// </summary>
internal sealed class ChunkIndexLayout
{
    private const string IndexKey = "rerun:index";
    private const string ComponentKey = "rerun:component";
    private const string ArchetypeKey = "rerun:archetype";
    private const string ComponentTypeKey = "rerun:component_type";
    private const string StaticIndex = "rerun:static";
    private const string StartSuffix = "start";
    private const string EndSuffix = "end";

    private static readonly ConditionalWeakTable<Schema, ChunkIndexLayout> Known = [];

    private ChunkIndexLayout(Schema schema)
    {
        var starts = new Dictionary<Subject, int>();
        var timelines = ImmutableArray.CreateBuilder<TimelineColumns>();
        var components = ImmutableArray.CreateBuilder<ComponentColumns>();
        for (var column = 0; column < schema.FieldCount; column++)
        {
            var field = schema.GetFieldByIndex(column);
            if (!field.Metadata.TryGetValue(IndexKey, out var timeline) || timeline == StaticIndex)
            {
                continue;
            }

            var subject = new Subject(
                timeline,
                field.Metadata.GetValueOrDefault(ComponentKey),
                field.Metadata.GetValueOrDefault(ArchetypeKey),
                field.Metadata.GetValueOrDefault(ComponentTypeKey));
            if (field.Name.EndsWith(StartSuffix, StringComparison.Ordinal))
            {
                starts[subject] = column;
            }
            else if (field.Name.EndsWith(EndSuffix, StringComparison.Ordinal) && starts.TryGetValue(subject, out var start))
            {
                if (subject.Component is { } component)
                {
                    components.Add(new(timeline, component, start, column));
                }
                else
                {
                    timelines.Add(new(timeline, start, column));
                }
            }
        }

        Timelines = timelines.ToImmutable();
        Components = components.ToImmutable();
    }

    public ImmutableArray<TimelineColumns> Timelines { get; }

    public ImmutableArray<ComponentColumns> Components { get; }

    public static ChunkIndexLayout Of(Schema schema) => Known.GetValue(schema, static s => new ChunkIndexLayout(s));

    private readonly record struct Subject(string Timeline, string? Component, string? Archetype, string? ComponentType);
}
