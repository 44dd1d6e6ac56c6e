using Strata.Arrow;

namespace Strata.Rrd;

/// <summary>Bytes that chunks take decoded, without their schemas.</summary>
internal static class ChunkSizes
{
    public static long BytesOf(Chunk chunk) => BytesOf(chunk, 0, chunk.NumRows);

    public static long BytesOf(Chunk chunk, int start, int length)
    {
        var bytes = (long)length * (Tuid.Size + (sizeof(long) * chunk.Timelines.Count));
        foreach (var component in chunk.Components)
        {
            bytes += ArraySizes.BytesOf(component.Lists, start, length);
        }
        return bytes;
    }

    public static bool IsTimeSorted(Chunk chunk) => chunk.Timelines.All(timeline => timeline.IsSorted);
}
