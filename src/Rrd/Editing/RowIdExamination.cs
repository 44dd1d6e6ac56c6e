namespace Strata.Rrd.Editing;

/// <summary>
/// Whether a row id says one component of an entity twice. Of chunks only the range of their row ids is kept; those whose ranges overlap are read again.
/// Source: rrd-format §4.6.
/// </summary>
internal sealed class RowIdExamination(DiagnosticList findings)
{
    // What a look at the ranges of two chunks counts, in bytes.
    private const int BytesOfLook = 16;

    private readonly Dictionary<(StoreId, EntityPath), List<ChunkRowIds>> _chunks = [];
    private long _compared;

    /// <param name="entry">Where the chunk lies.</param>
    public void Examine(StoreId store, Chunk chunk, ChunkEntry entry)
    {
        if (chunk.NumRows == 0)
        {
            return;
        }
        Within(chunk, entry.ByteOffset);
        if (!_chunks.TryGetValue((store, chunk.EntityPath), out var others))
        {
            _chunks.Add((store, chunk.EntityPath), others = []);
        }
        others.Add(ChunkRowIds.Of(chunk, entry));
    }

    /// <summary>Compares the chunks that may have rows of one id.</summary>
    public async ValueTask FinishAsync(IRandomAccessBytes source, CancellationToken cancellationToken)
    {
        var most = Math.Max(RrdLimits.FreeComparedBytes, RrdLimits.MaxComparedTimesFile * source.Length);
        foreach (var chunks in _chunks.Values.Where(chunks => chunks.Count > 1))
        {
            chunks.Sort((one, other) => one.First.CompareTo(other.First));
            var open = new List<ChunkRowIds>();
            foreach (var chunk in chunks)
            {
                open.RemoveAll(earlier => earlier.Last < chunk.First);
                _compared += (long)open.Count * BytesOfLook;
                foreach (var earlier in open.Where(earlier => earlier.Components.Overlaps(chunk.Components)))
                {
                    _compared += earlier.Entry.UncompressedByteSize + chunk.Entry.UncompressedByteSize;
                    if (_compared > most)
                    {
                        findings.Add(chunk.Entry.ByteOffset, RrdRules.RowIdOverlap, "so many chunks of one entity overlap in their row ids that not all of them were compared from here on");
                        return;
                    }
                    await CompareAsync(source, earlier.Entry, chunk.Entry, cancellationToken).ConfigureAwait(false);
                }
                open.Add(chunk);
            }
        }
    }

    private void Within(Chunk chunk, long offset)
    {
        for (var row = 1; row < chunk.NumRows; row++)
        {
            var id = chunk.RowIdBytes.Slice(row * Tuid.Size, Tuid.Size);
            if (!id.SequenceEqual(chunk.RowIdBytes.Slice((row - 1) * Tuid.Size, Tuid.Size)))
            {
                continue;
            }
            foreach (var component in chunk.Components)
            {
                if (component.Lists.IsValid(row) && component.Lists.IsValid(row - 1))
                {
                    findings.Add(offset, RrdRules.DuplicateRow, $"two rows of a chunk of {chunk.EntityPath} have the id {chunk.RowId(row).ToRowId()} and '{component.Descriptor.Component}': which of them counts is left to chance");
                    return;
                }
            }
        }
    }

    private async ValueTask CompareAsync(IRandomAccessBytes source, ChunkEntry earlier, ChunkEntry later, CancellationToken cancellationToken)
    {
        var one = await ChunkSource.ReadAsync(source, earlier, cancellationToken).ConfigureAwait(false);
        var other = await ChunkSource.ReadAsync(source, later, cancellationToken).ConfigureAwait(false);
        var rows = new Dictionary<Tuid, int>();
        for (var row = 0; row < one.NumRows; row++)
        {
            rows.TryAdd(one.RowId(row), row);
        }
        for (var row = 0; row < other.NumRows; row++)
        {
            if (rows.TryGetValue(other.RowId(row), out var known)
                && other.Components.FirstOrDefault(component => component.Lists.IsValid(row) && one.Component(component.Descriptor.Component)?.Lists.IsValid(known) == true) is { } twice)
            {
                findings.Add(later.ByteOffset, RrdRules.DuplicateRow,
                    $"the row {other.RowId(row).ToRowId()} of {other.EntityPath} has '{twice.Descriptor.Component}' also in the chunk at byte {earlier.ByteOffset}: which of them counts is left to chance");
                return;
            }
        }
    }

    private sealed record ChunkRowIds(ChunkEntry Entry, Tuid First, Tuid Last, HashSet<string> Components)
    {
        public static ChunkRowIds Of(Chunk chunk, ChunkEntry entry)
        {
            var (first, last) = (chunk.RowId(0), chunk.RowId(0));
            for (var row = 1; row < chunk.NumRows; row++)
            {
                var id = chunk.RowId(row);
                (first, last) = (id < first ? id : first, id > last ? id : last);
            }
            return new(entry, first, last, chunk.Components.Select(component => component.Descriptor.Component).ToHashSet(StringComparer.Ordinal));
        }
    }
}
