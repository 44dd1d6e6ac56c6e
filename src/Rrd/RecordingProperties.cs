using Strata.Arrow;

namespace Strata.Rrd;

/// <summary>The properties of a recording as one row of columns for a segment table. Source: rrd-format §8.3; catalog-protocol §6.4.</summary>
/// <param name="Batch">One row; columns sorted by name, all nullable lists.</param>
/// <param name="Clashes">
/// Dataframe names of properties whose column name was taken by another one (<c>my.prop</c> beside <c>my-prop</c>);
/// their columns keep that raw name.
/// </param>
public sealed record RecordingProperties(RecordBatch Batch, IReadOnlyList<string> Clashes)
{
    /// <summary>
    /// Reads the static chunks under <c>/__properties</c>. Where a property was set several times, a file with footer gives the
    /// value of the last chunk in file order, one without footer that with the highest row id: so does Rerun.
    /// </summary>
    /// <exception cref="RrdFormatException">A chunk cannot be read.</exception>
    public static async ValueTask<RecordingProperties> ReadAsync(RrdReader reader, RrdStore store, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(reader);
        ArgumentNullException.ThrowIfNull(store);
        var values = new Dictionary<string, Value>(StringComparer.Ordinal);
        for (var i = 0; i < store.Manifest.Count; i++)
        {
            var entry = store.Manifest[i];
            if (entry.IsStatic && entry.EntityPath.IsProperty)
            {
                Collect(await reader.ReadChunkAsync(entry, cancellationToken).ConfigureAwait(false), values, lastChunkWins: reader.Contents.UsedFooter);
            }
        }
        return ToBatch(values);
    }

    /// <summary>As <see cref="ReadAsync"/> would read them from the file with footer that these chunks were written to, in this order.</summary>
    public static RecordingProperties Of(IEnumerable<Chunk> chunks)
    {
        ArgumentNullException.ThrowIfNull(chunks);
        var values = new Dictionary<string, Value>(StringComparer.Ordinal);
        foreach (var chunk in chunks.Where(chunk => chunk.IsStatic && chunk.EntityPath.IsProperty))
        {
            Collect(chunk, values, lastChunkWins: true);
        }
        return ToBatch(values);
    }

    private static void Collect(Chunk chunk, Dictionary<string, Value> values, bool lastChunkWins)
    {
        foreach (var component in chunk.Components)
        {
            if (chunk.NewestRow(component) is not { } row)
            {
                continue;
            }
            var name = ColumnNames.Dataframe(chunk.EntityPath, component.Descriptor.Component);
            if (lastChunkWins || !values.TryGetValue(name, out var known) || chunk.RowId(row) >= known.RowId)
            {
                values[name] = new Value(chunk.RowId(row), chunk.EntityPath, component.Descriptor, component.Lists.Slice(row, 1));
            }
        }
    }

    private static RecordingProperties ToBatch(Dictionary<string, Value> values)
    {
        var columns = new SortedDictionary<string, (Field Field, IArrowArray Array)>(StringComparer.Ordinal);
        var clashes = new List<string>();
        foreach (var (dataframeName, value) in values.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            var name = ColumnNames.Property(value.EntityPath, value.Descriptor.Component);
            if (columns.ContainsKey(name))
            {
                clashes.Add(dataframeName);
                name = dataframeName;
            }
            var metadata = ChunkFields.Data(value.Descriptor);
            metadata[SorbetKeys.EntityPath] = value.EntityPath.ToString();
            var array = NullableItems.Of(value.Array);
            columns[name] = (new Field(name, array.DataType, nullable: true, metadata), array);
        }
        var batch = new RecordBatch(new Schema(columns.Values.Select(column => column.Field)), columns.Values.Select(column => column.Array), 1);
        return new RecordingProperties(batch, clashes);
    }

    private sealed record Value(Tuid RowId, EntityPath EntityPath, ComponentDescriptor Descriptor, IArrowArray Array);
}
