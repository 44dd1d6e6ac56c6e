using Strata.Arrow;

namespace Strata.Rrd.Building;

/// <summary>
/// Makes a recording as the calls of the same names in Rerun's SDK do: one call is one chunk, which is in the stream when the call is
/// over. Nothing is added that nobody asked for, neither <c>log_time</c> nor a start time. Not safe for concurrent use.
/// Source: rrd-format §8.
/// </summary>
public sealed class RecordingBuilder
{
    private const string RecordingInfo = "rerun.archetypes.RecordingInfo";
    private const string ReservedPrefix = "__";

    private readonly RrdStreamWriter _writer;
    private readonly TuidSequence _ids;

    private RecordingBuilder(RrdStreamWriter writer, StoreId id, TuidSequence ids) => (_writer, Id, _ids) = (writer, id, ids);

    /// <summary>Application id and recording id.</summary>
    public StoreId Id { get; }

    /// <summary>Bytes written so far.</summary>
    public long Position => _writer.Position;

    /// <summary>Writes the header and the announcement of the recording.</summary>
    /// <param name="stream">Written from where it stands, never read or sought in; it stays the caller's, who closes it.</param>
    /// <param name="options">Whose recording it is.</param>
    /// <param name="cancellationToken">Ends the call; the stream then holds a part of it.</param>
    /// <exception cref="ArgumentException">An id is empty, or Rerun would rewrite the application id.</exception>
    public static async ValueTask<RecordingBuilder> StartAsync(Stream stream, RecordingOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        var id = StoreId.Recording(options.ApplicationId, options.RecordingId);
        var writer = new RrdStreamWriter(stream, options.Profile);
        await writer.SetStoreInfoAsync(id, options.Source, options.Ids.Take(1), cancellationToken).ConfigureAwait(false);
        return new RecordingBuilder(writer, id, options.Ids);
    }

    /// <summary>
    /// Rows of one entity, as <c>send_columns</c>: every column has one value a row. Rows are written by time, as the SDK does; without
    /// <paramref name="indexes"/> they are static, and the last one is that which Rerun shows.
    /// </summary>
    /// <param name="entityPath">Not one of Rerun's own, whose first part begins with two underscores.</param>
    /// <param name="indexes">Timelines. One that was there before has the kind it had.</param>
    /// <param name="columns">At least one. A component of the entity that was there before has the type it had.</param>
    /// <param name="cancellationToken">Ends the call; the stream may then end inside a message, and is read up to there.</param>
    /// <exception cref="ChunkRefusedException">Rerun would refuse, drop or misread them; nothing was written.</exception>
    /// <exception cref="RrdFormatException">The index of the recording's chunks would grow beyond its bounds; nothing was written.</exception>
    public ValueTask SendColumnsAsync(EntityPath entityPath, IReadOnlyList<TimeColumn> indexes, IReadOnlyList<ComponentColumn> columns, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(entityPath);
        if (!entityPath.IsRoot && entityPath.Parts[0].StartsWith(ReservedPrefix, StringComparison.Ordinal))
        {
            throw new ChunkRefusedException(entityPath, "an entity of yours", $"a name that begins with '{ReservedPrefix}', which is Rerun's own",
                "Take another name; properties of the recording go through SendPropertyAsync.");
        }
        return SendAsync(entityPath, indexes, columns, cancellationToken);
    }

    /// <summary>One row of an entity that holds at all times, as <c>log(…, static=True)</c>.</summary>
    /// <inheritdoc cref="SendColumnsAsync"/>
    public ValueTask SendStaticAsync(EntityPath entityPath, IReadOnlyList<ComponentColumn> columns, CancellationToken cancellationToken) =>
        SendColumnsAsync(entityPath, [], columns, cancellationToken);

    /// <summary>A property of the recording, as <c>send_property</c>: a catalog shows each value as a column <c>property:name:component</c> of its segment table.</summary>
    /// <param name="name">One part of a path, whatever it contains.</param>
    /// <param name="values">At least one, each of one row.</param>
    /// <param name="cancellationToken">Ends the call; the stream may then end inside a message, and is read up to there.</param>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    /// <exception cref="ChunkRefusedException">Rerun would refuse, drop or misread them; nothing was written.</exception>
    public ValueTask SendPropertyAsync(string name, IReadOnlyList<ComponentColumn> values, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return SendAsync(EntityPath.Properties.Append(name), [], values, cancellationToken);
    }

    /// <summary>When the recording began, as <c>send_recording_start_time_nanos</c>; shown by the Viewer.</summary>
    /// <param name="startTimeNs">Nanoseconds since 1970-01-01T00:00:00Z.</param>
    /// <param name="cancellationToken">Ends the call; the stream may then end inside a message, and is read up to there.</param>
    public ValueTask SendRecordingStartTimeAsync(long startTimeNs, CancellationToken cancellationToken) =>
        SendRecordingInfoAsync("start_time", "rerun.components.Timestamp", Int64Array.From([startTimeNs]), cancellationToken);

    /// <summary>What people call the recording, as <c>send_recording_name</c>; shown by the Viewer.</summary>
    public ValueTask SendRecordingNameAsync(string name, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(name);
        return SendRecordingInfoAsync("name", "rerun.components.Name", StringArray.From(name), cancellationToken);
    }

    /// <summary>
    /// Ends the recording with its footer, by which readers find chunks without reading all of it. Without this call they read what is there from the beginning.
    /// </summary>
    /// <returns>Null; or why the footer was left out: Rerun would refuse it, for instance of timelines <c>a-b</c> and <c>a.b</c>, whose columns have one name in it.</returns>
    public ValueTask<string?> FinishAsync(CancellationToken cancellationToken) => _writer.FinishAsync(cancellationToken);

    private ValueTask SendRecordingInfoAsync(string field, string componentType, IArrowArray value, CancellationToken cancellationToken) =>
        SendAsync(EntityPath.Properties, [], [ComponentColumn.OneRow(ComponentDescriptor.Of(RecordingInfo, field, componentType), value)], cancellationToken);

    private ValueTask SendAsync(EntityPath entityPath, IReadOnlyList<TimeColumn> indexes, IReadOnlyList<ComponentColumn> columns, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(indexes);
        ArgumentNullException.ThrowIfNull(columns);
        if (columns.Count == 0)
        {
            throw new ChunkRefusedException(entityPath, "at least one component", "none", "Send columns of components beside the timelines.");
        }
        var lists = new ListColumns();
        var id = _ids.Take(columns[0].Lists.Length + 1);
        var chunk = ChunkBuilder.SendColumns(id, id.Next(), entityPath, indexes, [.. columns.Select(column => column with { Lists = lists.AsList(column.Lists) })]);
        return _writer.WriteChunkAsync(Id, RowOrder.ByTime(chunk), cancellationToken);
    }
}
