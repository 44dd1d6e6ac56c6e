using Strata.Arrow;

namespace Strata.Rrd;

/// <summary>A chunk as the record batch that a file carries. Source: rrd-format §4.</summary>
public static class ChunkBatch
{
    /// <summary>Version of the chunk schema that is written.</summary>
    public const string WrittenSorbetVersion = "0.1.3";

    /// <summary>Interprets a batch as a chunk, whatever version wrote it.</summary>
    /// <exception cref="RrdFormatException">The batch breaks a rule of the chunk schema.</exception>
    public static Chunk Read(RecordBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return ChunkReader.Read(batch, 0, out _);
    }

    /// <summary>Row ids, then timelines by name, then components by descriptor, with the metadata of §4.</summary>
    public static RecordBatch From(Chunk chunk)
    {
        ArgumentNullException.ThrowIfNull(chunk);
        var fields = new List<Field>(1 + chunk.Timelines.Count + chunk.Components.Count) { ChunkFields.RowId(chunk.IsSortedByRowId) };
        var columns = new List<IArrowArray>(fields.Capacity) { chunk.RowIds };
        foreach (var timeline in chunk.Timelines)
        {
            fields.Add(ChunkFields.Index(timeline.Name, timeline.Array.DataType, timeline.IsSorted));
            columns.Add(timeline.Array);
        }
        foreach (var component in chunk.Components)
        {
            fields.Add(new Field(component.Descriptor.Component, component.Lists.DataType, nullable: true, ChunkFields.Data(component.Descriptor)));
            columns.Add(component.Lists);
        }
        var metadata = new Dictionary<string, string>
        {
            [SorbetKeys.ChunkId] = chunk.Id.ToChunkId(),
            [SorbetKeys.EntityPath] = chunk.EntityPath.ToWireText(),
            [SorbetKeys.SorbetVersion] = WrittenSorbetVersion,
        };
        return new RecordBatch(new Schema(fields, metadata), columns, chunk.NumRows);
    }
}
