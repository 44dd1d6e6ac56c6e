using Strata.Arrow;
using Strata.Rrd;
using Strata.Rrd.Building;

namespace Strata.Deriving;

/// <summary>What a deriver writes: columns of entities, properties of its layer, or why there is nothing.</summary>
public sealed class LayerOutput(string layer)
{
    private readonly List<(EntityPath Entity, IReadOnlyList<TimeColumn> Indexes, IReadOnlyList<ComponentColumn> Columns)> _columns = [];
    private readonly Dictionary<string, IArrowArray> _properties = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _dropped = new(StringComparer.Ordinal);

    /// <summary>Why nothing is derived; null: something is.</summary>
    public string? Skipped { get; private set; }

    /// <summary>A person should look at it.</summary>
    public bool NeedsReview { get; set; }

    /// <summary>Rows that went into the answer.</summary>
    public long RowsUsed { get; set; }

    /// <summary>Rows that were left out, by reason.</summary>
    public IReadOnlyDictionary<string, long> RowsDropped => _dropped;

    /// <summary>The values of the layer's property by component; in the segment table they are columns <c>property:layer:component</c>.</summary>
    public IReadOnlyDictionary<string, IArrowArray> Properties => _properties;

    /// <summary>The columns as they were written.</summary>
    public IReadOnlyList<(EntityPath Entity, IReadOnlyList<TimeColumn> Indexes, IReadOnlyList<ComponentColumn> Columns)> Columns => _columns;

    /// <summary>Derives nothing.</summary>
    /// <param name="why">In words for a person: what was wanted, what was found, what to do.</param>
    public void Skip(string why) => Skipped = why;

    /// <summary>Counts rows that were left out.</summary>
    /// <param name="reason">Lower-case words joined by underscores.</param>
    public void Drop(string reason, long rows = 1) => _dropped[reason] = _dropped.GetValueOrDefault(reason) + rows;

    /// <summary>A number at each time, as Rerun's scalars.</summary>
    /// <param name="entity">Below an output of the definition; by default <c>/derived/LAYER</c>.</param>
    public void Scalars(string entity, string timeline, TimelineKind kind, ReadOnlySpan<long> times, ReadOnlySpan<double> values) => Write(
        entity,
        [kind switch
        {
            TimelineKind.Sequence => TimeColumn.Sequence(timeline, times),
            TimelineKind.Duration => TimeColumn.Duration(timeline, times),
            _ => TimeColumn.Timestamp(timeline, times),
        }],
        [ChunkBuilder.Scalars(values.ToArray())]);

    /// <summary>Any columns; without indexes they are static.</summary>
    public void Write(string entity, IReadOnlyList<TimeColumn> indexes, IReadOnlyList<ComponentColumn> columns) => _columns.Add((EntityPath.Parse(entity), indexes, columns));

    /// <summary>A value of the layer's property.</summary>
    public void Property(string component, IArrowArray values) => _properties[component] = values;

    /// <inheritdoc cref="Property(string, IArrowArray)"/>
    public void Property(string component, double value) => Property(component, DoubleArray.From([value]));

    /// <inheritdoc cref="Property(string, IArrowArray)"/>
    public void Property(string component, long value) => Property(component, Int64Array.From([value]));

    /// <inheritdoc cref="Property(string, IArrowArray)"/>
    public void Property(string component, bool value) => Property(component, BooleanArray.From([value]));

    /// <inheritdoc cref="Property(string, IArrowArray)"/>
    public void Property(string component, string value) => Property(component, StringArray.From(value));

    /// <summary>The recording that Strata reads. The same calls give the same bytes.</summary>
    /// <exception cref="ChunkRefusedException">Rerun would refuse, drop or misread what was written.</exception>
    public async Task WriteAsync(Stream stream, string applicationId, string recordingId, CancellationToken cancellationToken)
    {
        var options = new RecordingOptions { ApplicationId = applicationId, RecordingId = recordingId, Ids = TuidSequence.StartingAt(new Tuid(1, 1)) };
        var recording = await RecordingBuilder.StartAsync(stream, options, cancellationToken).ConfigureAwait(false);
        foreach (var (entity, indexes, columns) in _columns)
        {
            await recording.SendColumnsAsync(entity, indexes, columns, cancellationToken).ConfigureAwait(false);
        }

        if (_properties.Count > 0)
        {
            await recording.SendPropertyAsync(layer, [.. _properties.Select(p => ChunkBuilder.AnyValue(p.Key, p.Value))], cancellationToken).ConfigureAwait(false);
        }

        await recording.FinishAsync(cancellationToken).ConfigureAwait(false);
    }
}
