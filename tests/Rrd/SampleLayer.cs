using System.Buffers;
using Strata.Arrow;

namespace Strata.Rrd.Tests;

/// <summary>A small derived layer: scalars on real_time, a property, a static JSON text. Ids and values are fixed.</summary>
internal static class SampleLayer
{
    public const int Rows = 100;
    public const long FirstTimeNs = 1_739_265_272_000_000_000;
    public const long StepNs = 66_666_667;

    public static StoreId Store { get; } = StoreId.Recording("rerun_example_strata", "strata_sample_layer");

    public static double Error(int row) => Math.ScaleB((row * 37 % 101) + 1, -9);

    public static IReadOnlyList<Chunk> Chunks()
    {
        var times = new long[Rows];
        var errors = new double[Rows];
        for (var row = 0; row < Rows; row++)
        {
            times[row] = FirstTimeNs + (row * StepNs);
            errors[row] = Error(row);
        }
        var id = new Tuid(0x18B0AA9FA7000000, 0x6952B7C6BB9F0000);
        return
        [
            ChunkBuilder.SendColumns(id, id.Next(), EntityPath.Parse("/derived/tracking_error"),
                [ChunkBuilder.Timeline("real_time", TimelineKind.Timestamp, times)], [ChunkBuilder.Scalars(errors)]),
            ChunkBuilder.SendProperty(id.Next(1000), id.Next(1001), "tracking_error",
                ChunkBuilder.AnyValue("mean", DoubleArray.From([0.25])),
                ChunkBuilder.AnyValue("rms_per_joint", DoubleArray.From([0.5, 0.125, 2])),
                ChunkBuilder.AnyValue("rows_used", Int64Array.From([Rows])),
                ChunkBuilder.AnyValue("good", BooleanArray.From([true]))),
            ChunkBuilder.SendStatic(id.Next(2000), id.Next(2001), EntityPath.Parse("/derived/tracking_error"),
                ChunkBuilder.Text("strata:provenance", """{"rule":"howto","revision":1}""")),
        ];
    }

    public static byte[] Write(WriterProfile profile)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new RrdWriter(output, profile);
        writer.SetStoreInfo(Store, StoreSource.Other("Strata"), new Tuid(0x18B0AA9FA7000000, 1));
        foreach (var chunk in Chunks())
        {
            writer.WriteChunk(Store, chunk);
        }
        writer.Finish().ShouldBeNull();
        return output.WrittenSpan.ToArray();
    }
}
