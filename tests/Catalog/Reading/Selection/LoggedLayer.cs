using System.Buffers;
using Strata.Arrow;
using Strata.Catalog.Reading;
using Strata.Rrd;

namespace Strata.Catalog.Tests;

/// <summary>Chunks of one layer with every row at hand, and the index that a real file of them has.</summary>
internal sealed class LoggedLayer
{
    private static readonly StoreId Store = StoreId.Recording("strata_selection", "s");

    private readonly List<Chunk> _chunks = [];

    public IReadOnlyList<Chunk> Chunks => _chunks;

    /// <param name="times">By timeline, one value a row; none: static.</param>
    /// <param name="values">By component, one a row; null: not logged in this row.</param>
    public LoggedLayer Add(string entity, Dictionary<string, long[]> times, Dictionary<string, int?[]> values)
    {
        // Row ids grow in the order in which chunks were logged.
        var id = new Tuid(1_000, (ulong)_chunks.Count * 1_000);
        _chunks.Add(ChunkBuilder.SendColumns(
            id,
            id.Next(),
            EntityPath.Parse(entity),
            [.. times.OrderBy(t => t.Key, StringComparer.Ordinal).Select(t => ChunkBuilder.Timeline(t.Key, TimelineKind.Sequence, t.Value))],
            [.. values.OrderBy(v => v.Key, StringComparer.Ordinal).Select(v => Component(v.Key, v.Value))]));
        return this;
    }

    public async Task<ChunkIndexView> IndexAsync()
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new RrdWriter(output, WriterProfile.V1);
        writer.SetStoreInfo(Store, StoreSource.Other("test"), new Tuid(1, 1));
        foreach (var chunk in _chunks)
        {
            writer.WriteChunk(Store, chunk);
        }

        writer.Finish().ShouldBeNull();
        var reader = await RrdReader.OpenAsync(new MemoryBytes(output.WrittenMemory), TestContext.Current.CancellationToken);
        return ChunkIndexView.Of(RecordBatch.FromIpcStream(ManifestTable.From(reader.Contents.Recordings.Single().Manifest).ToIpcStream()));
    }

    /// <summary>Every row that is logged on a timeline, with its time and the components that it has values of.</summary>
    public IEnumerable<LoggedRow> RowsOn(string timeline)
    {
        for (var ordinal = 0; ordinal < _chunks.Count; ordinal++)
        {
            var chunk = _chunks[ordinal];
            if (chunk.Timelines.FirstOrDefault(t => t.Name == timeline) is not { } times)
            {
                continue;
            }

            for (var row = 0; row < chunk.NumRows; row++)
            {
                yield return new(
                    ordinal,
                    chunk.EntityPath.ToWireText(),
                    times.Times[row],
                    chunk.RowId(row),
                    [.. chunk.Components.Where(c => c.Lists.IsValid(row)).Select(c => c.Descriptor.Component)]);
            }
        }
    }

    private static ComponentColumn Component(string name, int?[] values)
    {
        var offsets = new int[values.Length + 1];
        for (var row = 0; row < values.Length; row++)
        {
            offsets[row + 1] = offsets[row] + (values[row] is null ? 0 : 1);
        }

        var items = Int32Array.From([.. values.OfType<int>()]);
        return new(
            new ComponentDescriptor(null, name, null),
            ListArray.From(new Field("item", items.DataType, nullable: true), offsets, items, [.. values.Select(v => v is not null)]));
    }
}

internal sealed record LoggedRow(int Chunk, string Entity, long Time, Tuid RowId, IReadOnlyList<string> Components);
