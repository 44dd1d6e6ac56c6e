using System.Runtime.CompilerServices;
using Strata.Arrow;

namespace Strata.Rrd;

/// <summary>
/// Which column of a manifest's table holds what: known by metadata, never by names, and found once for each schema instance.
/// Source: rrd-format §9.2, §9.5.
/// </summary>
internal sealed class ManifestLayout
{
    private static readonly ConditionalWeakTable<Schema, ManifestLayout> Known = [];

    private readonly Dictionary<PartnerKey, List<int>> _partners;

    private ManifestLayout(Schema schema, long offset)
    {
        _partners = PartnersOf(schema);
        Components = [.. ComponentsOf(schema).OrderBy(column => column.Component)];
        Timelines = TimelinesOf(schema, offset);
        Ranges = [.. RangesOf(schema, offset).OrderBy(column => column.Span.Timeline, StringComparer.Ordinal).ThenBy(column => column.Component)];
    }

    /// <summary>In the order of <see cref="ComponentDescriptor.CompareTo"/>; of equal ones the last that is sound counts.</summary>
    public IReadOnlyList<(ComponentDescriptor Component, int Column)> Components { get; }

    /// <summary>Ordinal by name.</summary>
    public IReadOnlyCollection<SpanColumns> Timelines { get; }

    public IReadOnlyList<(SpanColumns Span, ComponentDescriptor Component, int NumRows)> Ranges { get; }

    /// <param name="offset">Of the footer in the file, for errors.</param>
    /// <exception cref="RrdFormatException">A start has the wrong type, or no end or row counts beside it.</exception>
    public static ManifestLayout Of(Schema schema, long offset)
    {
        if (!Known.TryGetValue(schema, out var layout))
        {
            layout = new ManifestLayout(schema, offset);
            Known.AddOrUpdate(schema, layout);
        }
        return layout;
    }

    private static IEnumerable<(ComponentDescriptor Component, int Column)> ComponentsOf(Schema schema)
    {
        for (var i = 0; i < schema.FieldCount; i++)
        {
            var field = schema.GetFieldByIndex(i);
            if (IsIndex(field, ColumnNames.HasStaticDataSuffix, out var index) && index == SorbetKeys.StaticIndex && Component(field) is { } component)
            {
                yield return (component, i);
            }
        }
    }

    private SortedDictionary<string, SpanColumns>.ValueCollection TimelinesOf(Schema schema, long offset)
    {
        var timelines = new SortedDictionary<string, SpanColumns>(StringComparer.Ordinal);
        for (var i = 0; i < schema.FieldCount; i++)
        {
            var field = schema.GetFieldByIndex(i);
            if (IsIndex(field, ColumnNames.StartSuffix, out var index) && index != SorbetKeys.StaticIndex && Component(field) is null)
            {
                timelines[index] = SpanOf(schema, i, index, offset);
            }
        }
        return timelines.Values;
    }

    private IEnumerable<(SpanColumns Span, ComponentDescriptor Component, int NumRows)> RangesOf(Schema schema, long offset)
    {
        for (var i = 0; i < schema.FieldCount; i++)
        {
            var field = schema.GetFieldByIndex(i);
            if (IsIndex(field, ColumnNames.StartSuffix, out var index) && index != SorbetKeys.StaticIndex && Component(field) is { } component)
            {
                var span = SpanOf(schema, i, index, offset);
                yield return Partner(schema, i, ColumnNames.NumRowsSuffix) is { } counts && schema.GetFieldByIndex(counts).DataType is UInt64Type
                    ? (span, component, counts)
                    : throw new RrdFormatException(offset, $"a column of row counts beside '{field.Name}'", "none", ManifestTableReader.Rescan);
            }
        }
    }

    private SpanColumns SpanOf(Schema schema, int column, string timeline, long offset)
    {
        var start = schema.GetFieldByIndex(column);
        if (TimelineTypes.KindOf(start.DataType) is not { } kind)
        {
            throw new RrdFormatException(offset, $"'{start.Name}' as Int64, Timestamp(ns) or Duration(ns)", $"{start.DataType}", ManifestTableReader.Rescan);
        }
        return Partner(schema, column, ColumnNames.EndSuffix) is { } end && schema.GetFieldByIndex(end).DataType == start.DataType
            ? new SpanColumns(timeline, kind, column, end)
            : throw new RrdFormatException(offset, $"an end of the same type beside '{start.Name}'", "none", ManifestTableReader.Rescan);
    }

    // The column with the same metadata and another ending; normally one or two places behind.
    private int? Partner(Schema schema, int column, string suffix)
    {
        if (!_partners.TryGetValue(KeyOf(schema.GetFieldByIndex(column), suffix), out var candidates))
        {
            return null;
        }
        var behind = candidates.FindIndex(candidate => candidate > column);
        return candidates[Math.Max(behind, 0)];
    }

    private static Dictionary<PartnerKey, List<int>> PartnersOf(Schema schema)
    {
        var partners = new Dictionary<PartnerKey, List<int>>();
        for (var i = 0; i < schema.FieldCount; i++)
        {
            var field = schema.GetFieldByIndex(i);
            var colon = field.Name.LastIndexOf(':');
            var suffix = colon < 0 ? "" : field.Name[(colon + 1)..];
            if (suffix is ColumnNames.EndSuffix or ColumnNames.NumRowsSuffix)
            {
                var key = KeyOf(field, suffix);
                if (!partners.TryGetValue(key, out var columns))
                {
                    partners.Add(key, columns = []);
                }
                columns.Add(i);
            }
        }
        return partners;
    }

    private static PartnerKey KeyOf(Field field, string suffix) => new(
        suffix,
        field.Metadata.GetValueOrDefault(SorbetKeys.Index),
        field.Metadata.GetValueOrDefault(SorbetKeys.Component),
        field.Metadata.GetValueOrDefault(SorbetKeys.Archetype),
        field.Metadata.GetValueOrDefault(SorbetKeys.ComponentType));

    private static bool IsIndex(Field field, string suffix, out string index) =>
        field.Metadata.TryGetValue(SorbetKeys.Index, out index!) && field.Name.EndsWith(':' + suffix, StringComparison.Ordinal);

    private static ComponentDescriptor? Component(Field field) =>
        field.Metadata.ContainsKey(SorbetKeys.Component) ? SorbetMigration.Rename(ChunkFields.Descriptor(field.Metadata, field.Name)) : null;

    private readonly record struct PartnerKey(string Suffix, string? Index, string? Component, string? Archetype, string? ComponentType);
}

/// <summary>The columns of a start and its end.</summary>
internal sealed record SpanColumns(string Timeline, TimelineKind Kind, int Start, int End);
