using Strata.Rrd;

namespace Strata.Recordings;

internal sealed class LocalRecording(FileBytes bytes) : IOpenRecording
{
    public long Length => bytes.Length;

    public ValueTask<ReadOnlyMemory<byte>> ReadAsync(long offset, int count, CancellationToken cancellationToken) => bytes.ReadAsync(offset, count, cancellationToken);

    public ValueTask<int> ReadIntoAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken) => bytes.ReadIntoAsync(offset, destination, cancellationToken);

    public void Dispose() => bytes.Dispose();
}
