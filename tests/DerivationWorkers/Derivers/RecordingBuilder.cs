using System.Buffers;
using Strata.Arrow;
using Strata.Rrd;

namespace Strata.DerivationWorkers.Tests;

/// <summary>Makes small recordings for one case each. Row ids and chunk ids count up in the order of the calls.</summary>
internal sealed class RecordingBuilder
{
    public const string Segment = "segment_1";
    public const string Application = "strata_tests";

    private static readonly StoreId Store = StoreId.Recording(Application, Segment);

    private readonly List<Chunk> _chunks = [];
    private Tuid _next = new(1_000, 0);
    private ulong _rowsNewerByNs;

    public IReadOnlyList<Chunk> Chunks => _chunks;

    /// <param name="rows">Null: a null list. A null joint: a null in the list.</param>
    public RecordingBuilder Add(string entity, long[] times, double?[]?[] rows, string timeline = "real_time", TimelineKind kind = TimelineKind.Timestamp) =>
        Add(entity, [new TimeColumn(timeline, TimelineTypes.ArrayOf(kind, times))], rows.Length, Lists(rows));

    public RecordingBuilder Add(string entity, long[] times, double[][] rows) => Add(entity, times, Nullable(rows));

    public RecordingBuilder AddStatic(string entity, double[] row) => Add(entity, [], 1, Lists(Nullable([row])));

    public RecordingBuilder Add(string entity, IReadOnlyList<TimeColumn> timelines, int rows, ListArray lists, string component = "Scalars:scalars")
    {
        var id = _next;
        var ids = new byte[rows * Tuid.Size];
        for (var row = 0; row < rows; row++)
        {
            new Tuid(id.TimeNs + _rowsNewerByNs, (ulong)row + 1).WriteBigEndian(ids.AsSpan(row * Tuid.Size));
        }

        _next = new(id.TimeNs + 1, 0);
        _rowsNewerByNs = 0;
        _chunks.Add(new(id, EntityPath.Parse(entity), FixedSizeBinaryArray.Wrap(Tuid.Size, ids, rows), timelines, [new(new(null, component, null), lists)]));
        return this;
    }

    /// <summary>The rows of the next chunk are newer than the chunk, as when it was made before the last of them was logged.</summary>
    public RecordingBuilder WithRowsNewerBy(ulong ns)
    {
        _rowsNewerByNs = ns;
        return this;
    }

    public ReadOnlyMemory<byte> ToRrd() => ToRrd(_chunks);

    public static ReadOnlyMemory<byte> ToRrd(IEnumerable<Chunk> chunks)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new RrdWriter(output, WriterProfile.V1);
        writer.SetStoreInfo(Store, StoreSource.Other("tests"), new(1, 1));
        foreach (var chunk in chunks)
        {
            writer.WriteChunk(Store, chunk);
        }

        writer.Finish().ShouldBeNull();
        return output.WrittenMemory;
    }

    public static double?[]?[] Nullable(double[][] rows) => [.. rows.Select(row => row.Select(value => (double?)value).ToArray())];

    private static ListArray Lists(double?[]?[] rows)
    {
        var offsets = new int[rows.Length + 1];
        for (var row = 0; row < rows.Length; row++)
        {
            offsets[row + 1] = offsets[row] + (rows[row]?.Length ?? 0);
        }

        var values = DoubleArray.FromNullable(rows.SelectMany(row => row ?? []).ToArray());
        return ListArray.From(new Field("item", DoubleType.Default, nullable: true), offsets, values, rows.Select(row => row is not null).ToArray());
    }
}
