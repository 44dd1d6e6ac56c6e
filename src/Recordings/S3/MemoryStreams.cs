using System.Runtime.InteropServices;

namespace Strata.Recordings;

internal static class MemoryStreams
{
    /// <summary>Over these very bytes where they lie in an array.</summary>
    public static MemoryStream AsStream(this ReadOnlyMemory<byte> bytes) => MemoryMarshal.TryGetArray(bytes, out var segment)
        ? new(segment.Array!, segment.Offset, segment.Count, writable: false)
        : new(bytes.ToArray(), writable: false);
}
