using System.Text;
using System.Text.Json;
using Strata.Arrow;
using Strata.Contracts;
using Strata.Rrd;
using TimelineKind = Strata.Rrd.TimelineKind;

namespace Strata.DerivationWorkers;

/// <summary>The chunks of a derived layer, shaped as Rerun's SDK shapes them. Source: rrd-format §8.3, §8.4, DESIGN §7.</summary>
internal sealed class DerivedLayer(DerivedIds ids)
{
    public const string ProvenanceComponent = "strata:provenance";

    private const string DerivedPart = "derived";

    private static readonly ComponentDescriptor Scalars = new("rerun.archetypes.Scalars", EntityColumn.DefaultComponent, "rerun.components.Scalar");

    private readonly List<Chunk> _chunks = [];

    public IReadOnlyList<Chunk> Chunks => _chunks;

    /// <summary>Id of the message that announces the recording.</summary>
    public Tuid StoreRowId { get; } = ids.NextChunk();

    public static byte[] Json(Provenance provenance) => JsonSerializer.SerializeToUtf8Bytes(provenance, EventJsonContext.Default.Provenance);

    /// <param name="values">As many a row as <paramref name="perRow"/>.</param>
    public void AddScalars(EntityPath entity, string timeline, TimelineKind kind, ReadOnlySpan<long> times, ReadOnlySpan<double> values, int perRow) =>
        Add(entity, times.Length, [new(timeline, TimelineTypes.ArrayOf(kind, times))], [new(Scalars, ListArray.OfUniformLength(DoubleArray.From(values), perRow))]);

    /// <summary>As <c>send_property(name, AnyValues(...))</c>: static, without archetype; one list with all values of each array.</summary>
    public void AddProperty(string name, params IReadOnlyList<(string Component, IArrowArray Values)> values) =>
        Add(EntityPath.Properties.Append(name), 1, [], [.. values.Select(v => OneRow(v.Component, v.Values))]);

    /// <summary>A property whose list is null: the question was asked and cannot be answered.</summary>
    public void AddNullProperty(string name, string component, IArrowArray nothing) =>
        Add(EntityPath.Properties.Append(name), 1, [], [new(new(null, component, null), ListArray.From(ItemOf(nothing), [0, 0], nothing, [false]))]);

    public void AddProvenance(string layer, byte[] json) =>
        Add(EntityPath.FromParts(DerivedPart, layer), 1, [], [OneRow(ProvenanceComponent, StringArray.From(Encoding.UTF8.GetString(json)))]);

    /// <summary>Chunks that somebody else wrote, with ids of ours. The order of their rows by row id stays: of two rows at one time the newest holds.</summary>
    public void AddAll(IReadOnlyList<Chunk> chunks)
    {
        var old = chunks.SelectMany(chunk => Enumerable.Range(0, chunk.NumRows).Select(chunk.RowId)).Distinct().Order().ToArray();
        var first = ids.NextChunk();
        foreach (var chunk in chunks)
        {
            var rowIds = new byte[chunk.NumRows * Tuid.Size];
            for (var row = 0; row < chunk.NumRows; row++)
            {
                first.Next((ulong)Array.BinarySearch(old, chunk.RowId(row)) + 1).WriteBigEndian(rowIds.AsSpan(row * Tuid.Size));
            }

            _chunks.Add(new(ids.NextChunk(), chunk.EntityPath, FixedSizeBinaryArray.Wrap(Tuid.Size, rowIds, chunk.NumRows), chunk.Timelines, chunk.Components));
        }
    }

    private static ComponentColumn OneRow(string component, IArrowArray values) =>
        new(new(null, component, null), ListArray.From(ItemOf(values), [0, values.Length], values));

    private static Field ItemOf(IArrowArray values) => new("item", values.DataType, nullable: true);

    private void Add(EntityPath entity, int rows, IReadOnlyList<TimeColumn> timelines, IReadOnlyList<ComponentColumn> components)
    {
        var id = ids.NextChunk();
        var rowIds = new byte[rows * Tuid.Size];
        for (var row = 0; row < rows; row++)
        {
            id.Next((ulong)row + 1).WriteBigEndian(rowIds.AsSpan(row * Tuid.Size));
        }

        _chunks.Add(new(id, entity, FixedSizeBinaryArray.Wrap(Tuid.Size, rowIds, rows), timelines, components));
    }
}
