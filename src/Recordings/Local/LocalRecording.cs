using Strata.Rrd;

namespace Strata.Recordings;

internal sealed class LocalRecording(FileBytes bytes) : IOpenRecording
{
    public long Length => bytes.Length;

    public int PartBytes => bytes.PartBytes;

    /// <exception cref="RecordingMissingException">There is no such file.</exception>
    public static LocalRecording Open(string path)
    {
        try
        {
            return new(FileBytes.Open(path));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new RecordingMissingException(path, "there is no such file");
        }
    }

    public ValueTask<ReadOnlyMemory<byte>> ReadAsync(long offset, int count, CancellationToken cancellationToken) => bytes.ReadAsync(offset, count, cancellationToken);

    public ValueTask<int> ReadIntoAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken) => bytes.ReadIntoAsync(offset, destination, cancellationToken);

    public void Dispose() => bytes.Dispose();
}
