using System.Buffers;
using Strata.Rrd;

namespace Strata.Bench;

/// <summary>A recording as the how-to has it, made in memory: commanded and measured joints on <c>real_time</c>, a random walk with noise.</summary>
internal static class JointRecording
{
    public const string ApplicationName = "strata_bench";

    public const string CommandPath = "/action/joint_positions";

    public const string ObservationPath = "/observation/joint_positions";

    private const ulong FirstIdNs = 1_745_000_000_000_000_000;

    private const long PeriodNs = 66_666_667;

    private const int Seed = 7;

    private const int BytesPerRow = 96;

    private const int RoomPerChunkBytes = 4_096;

    /// <summary>Two chunks (command, observation) for each <paramref name="rowsPerChunk"/> rows, and the property that the SDK writes by itself.</summary>
    public static List<Chunk> Chunks(int rows, int joints, int rowsPerChunk, int seed = Seed)
    {
        var random = new Random(seed);
        var id = new Tuid(FirstIdNs + (ulong)seed, 1);
        var chunks = new List<Chunk>
        {
            ChunkBuilder.SendProperty(id, id.Next(), "RecordingInfo", ChunkBuilder.AnyValue("start_time", Strata.Arrow.Int64Array.From([(long)FirstIdNs + seed]))),
        };
        var position = new double[joints];
        for (var first = 0; first < rows; first += rowsPerChunk)
        {
            var count = Math.Min(rowsPerChunk, rows - first);
            var times = new long[count];
            var command = new double[count * joints];
            var observation = new double[count * joints];
            for (var row = 0; row < count; row++)
            {
                times[row] = (long)FirstIdNs + (PeriodNs * (first + row));
                for (var joint = 0; joint < joints; joint++)
                {
                    position[joint] += (random.NextDouble() - 0.5) * 0.02;
                    command[(row * joints) + joint] = position[joint];
                    observation[(row * joints) + joint] = position[joint] + ((random.NextDouble() - 0.5) * 0.1);
                }
            }

            chunks.Add(Columns(CommandPath, times, command, joints, id = id.Next((ulong)count + 2)));
            chunks.Add(Columns(ObservationPath, times, observation, joints, id = id.Next((ulong)count + 2)));
        }

        return chunks;
    }

    public static ReadOnlyMemory<byte> Write(IReadOnlyList<Chunk> chunks, string recordingId, bool useLz4)
    {
        // Room for all, so that the growth of a buffer is not measured as encoding.
        var bytes = chunks.Sum(chunk => (long)chunk.NumRows * BytesPerRow) + ((chunks.Count + 1) * RoomPerChunkBytes);
        var output = new ArrayBufferWriter<byte>((int)bytes);
        var writer = new RrdWriter(output, WriterProfile.V1 with { UseLz4 = useLz4 });
        var store = StoreId.Recording(ApplicationName, recordingId);
        writer.SetStoreInfo(store, StoreSource.Other("Strata.Bench"), new Tuid(FirstIdNs, 0));
        foreach (var chunk in chunks)
        {
            writer.WriteChunk(store, chunk);
        }

        return writer.Finish() is { } reason ? throw new InvalidOperationException($"the recording has no footer: {reason}") : output.WrittenMemory;
    }

    private static Chunk Columns(string path, long[] times, double[] values, int joints, Tuid id) => ChunkBuilder.SendColumns(
        id,
        id.Next(),
        EntityPath.Parse(path),
        [ChunkBuilder.Timeline("real_time", TimelineKind.Timestamp, times)],
        [ChunkBuilder.Scalars(values, joints)]);
}
