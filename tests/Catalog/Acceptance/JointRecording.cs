using System.Buffers;
using Strata.Rrd;

namespace Strata.Catalog.Tests.Acceptance;

/// <summary>Recordings as the how-to's rules want them: commanded and measured joints on <c>real_time</c>, and tracking errors as a person would register them.</summary>
internal static class JointRecording
{
    private const int Rows = 20;
    private const int Joints = 2;
    private const ulong StartNs = 1_750_000_000_000_000_000;

    private static ulong _next = 1;

    /// <param name="error">Of each joint in each row; two recordings of different errors differ.</param>
    public static byte[] Base(string segment, double error) => Write(
        segment, Columns("/action/joint_positions", _ => 1, Joints), Columns("/observation/joint_positions", _ => 1 + error, Joints));

    /// <param name="laterNs">How much newer its ids are than those of a base.</param>
    public static byte[] TrackingError(string segment, double error, ulong laterNs = 0) => Write(segment, Columns("/derived/tracking_error", _ => error, 1, laterNs));

    private static byte[] Write(string segment, params Chunk[] chunks)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new RrdWriter(output, WriterProfile.V1);
        var store = StoreId.Recording("acceptance", segment);
        writer.SetStoreInfo(store, StoreSource.Other("test"), NextId());
        foreach (var chunk in chunks)
        {
            writer.WriteChunk(store, chunk);
        }

        writer.Finish();
        return output.WrittenSpan.ToArray();
    }

    private static Chunk Columns(string entity, Func<int, double> valueOf, int instances, ulong laterNs = 0) => ChunkBuilder.SendColumns(
        NextId(laterNs),
        NextId(laterNs),
        EntityPath.Parse(entity),
        [ChunkBuilder.Timeline("real_time", TimelineKind.Timestamp, [.. Enumerable.Range(0, Rows).Select(row => (long)StartNs + (row * 50_000_000L))])],
        [ChunkBuilder.Scalars([.. Enumerable.Range(0, Rows * instances).Select(k => valueOf(k / instances))], instances)]);

    private static Tuid NextId(ulong laterNs = 0) => new(StartNs + laterNs, Interlocked.Add(ref _next, 1_000));
}
