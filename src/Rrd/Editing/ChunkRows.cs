using Strata.Arrow;

namespace Strata.Rrd.Editing;

/// <summary>Chunks out of rows of other chunks; row ids go with their rows.</summary>
internal static class ChunkRows
{
    /// <summary>Neighbouring rows, without copying them.</summary>
    public static Chunk Slice(Chunk chunk, Tuid id, int start, int length) => new(
        id,
        chunk.EntityPath,
        (FixedSizeBinaryArray)chunk.RowIds.Slice(start, length),
        chunk.Timelines.Select(timeline => new TimeColumn(timeline.Name, TimelineTypes.ArrayOf(timeline.Kind, timeline.Times.Slice(start, length)))),
        chunk.Components.Select(component => component with { Lists = (ListArray)component.Lists.Slice(start, length) }));

    /// <summary>The rows of these numbers, in their order.</summary>
    public static Chunk Take(Chunk chunk, Tuid id, ReadOnlySpan<int> rows)
    {
        var runs = Runs(rows);
        var rowIds = new byte[rows.Length * Tuid.Size];
        var times = new long[chunk.Timelines.Count][];
        for (var k = 0; k < times.Length; k++)
        {
            times[k] = new long[rows.Length];
        }
        for (var i = 0; i < rows.Length; i++)
        {
            chunk.RowIdBytes.Slice(rows[i] * Tuid.Size, Tuid.Size).CopyTo(rowIds.AsSpan(i * Tuid.Size));
            for (var k = 0; k < times.Length; k++)
            {
                times[k][i] = chunk.Timelines[k].Times[rows[i]];
            }
        }
        return new Chunk(
            id,
            chunk.EntityPath,
            FixedSizeBinaryArray.Wrap(Tuid.Size, rowIds, rowIds.Length / Tuid.Size),
            chunk.Timelines.Select((timeline, k) => new TimeColumn(timeline.Name, TimelineTypes.ArrayOf(timeline.Kind, times[k]))),
            chunk.Components.Select(component => component with { Lists = ListAssembler.Assemble((ListType)component.Lists.DataType, [component.Lists], runs) }));
    }

    /// <summary>The same rows without what lies beside them in the buffers that they were cut out of.</summary>
    public static Chunk Trimmed(Chunk chunk)
    {
        return chunk.Components.Any(component => ArrayTrimmer.IsScattered(component.Lists.DataType))
            ? new Chunk(chunk.Id, chunk.EntityPath, chunk.RowIds, chunk.Timelines, chunk.Components.Select(component => component with { Lists = (ListArray)ArrayTrimmer.Trim(component.Lists) }))
            : chunk;
    }

    /// <summary>The same in bytes of its own where it is a small part of <paramref name="whole"/>, whose bytes would stay in memory for as long as it does.</summary>
    public static Chunk Detached(Chunk part, Chunk whole) => 2 * ChunkSizes.BytesOf(part) > ChunkSizes.BytesOf(whole)
        ? part
        : ChunkBatch.Read(RecordBatch.FromIpcStream(ArrowStreamWriter.Write(ChunkBatch.From(part))));

    /// <summary>The chunk itself where it is sorted; else the same rows by ascending row id.</summary>
    /// <exception cref="ArrowFormatException">The budget is spent: rows without bytes, in columns without bytes, cost time all the same.</exception>
    public static Chunk SortedByRowId(Chunk chunk, ValueBudget budget)
    {
        if (chunk.IsSortedByRowId)
        {
            return chunk;
        }
        budget.Spend((long)chunk.NumRows * (1 + chunk.Timelines.Count + chunk.Components.Count));
        return SortedByRowId(chunk);
    }

    /// <summary>The same rows by ascending row id; rows of one id keep their order.</summary>
    public static Chunk SortedByRowId(Chunk chunk)
    {
        var rows = Enumerable.Range(0, chunk.NumRows).OrderBy(chunk.RowId).ToArray();
        return Take(chunk, chunk.Id, rows);
    }

    /// <summary>All rows of chunks of one entity with the same columns, by ascending row id.</summary>
    /// <exception cref="ArrowFormatException">They are too many for one array.</exception>
    public static Chunk Concatenate(IReadOnlyList<Chunk> chunks, Tuid id)
    {
        var first = chunks[0];
        var joined = new Chunk(
            id,
            first.EntityPath,
            (FixedSizeBinaryArray)ArrayConcatenator.Concatenate([.. chunks.Select(chunk => chunk.RowIds)]),
            first.Timelines.Select((timeline, k) => new TimeColumn(timeline.Name, (PrimitiveArray<long>)ArrayConcatenator.Concatenate([.. chunks.Select(chunk => chunk.Timelines[k].Array)]))),
            first.Components.Select((component, k) => component with { Lists = (ListArray)ArrayConcatenator.Concatenate([.. chunks.Select(chunk => chunk.Components[k].Lists)]) }));
        return joined.IsSortedByRowId ? joined : SortedByRowId(joined);
    }

    private static RowRun[] Runs(ReadOnlySpan<int> rows)
    {
        var runs = new List<RowRun>();
        foreach (var row in rows)
        {
            if (runs.Count > 0 && runs[^1].Start + runs[^1].Length == row)
            {
                runs[^1] = runs[^1] with { Length = runs[^1].Length + 1 };
            }
            else
            {
                runs.Add(new RowRun(0, row, 1));
            }
        }
        return [.. runs];
    }
}
