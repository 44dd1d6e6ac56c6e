using Microsoft.Win32.SafeHandles;

namespace Strata.Rrd;

/// <summary>
/// A recording in a file. Each read allocates the buffer that it returns. Reads complete synchronously: on a local file the
/// platform would only move the same blocking call to another thread, which costs more than the read.
/// </summary>
public sealed class FileBytes : IRandomAccessBytes, IDisposable
{
    private readonly SafeFileHandle _handle;

    private FileBytes(SafeFileHandle handle)
    {
        _handle = handle;
        Length = RandomAccess.GetLength(handle);
    }

    /// <summary>Length when the file was opened; bytes appended later are not seen.</summary>
    public long Length { get; }

    /// <inheritdoc/>
    public int PartBytes => 256 * 1024;

    /// <summary>Opens a file for reading; who writes or deletes it is not hindered.</summary>
    /// <exception cref="IOException">It is not there, or may not be read.</exception>
    public static FileBytes Open(string path)
    {
        // Whoever still writes the file must not be hindered, nor who deletes it.
        var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        try
        {
            return new FileBytes(handle);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public ValueTask<ReadOnlyMemory<byte>> ReadAsync(long offset, int count, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        cancellationToken.ThrowIfCancellationRequested();
        var buffer = GC.AllocateUninitializedArray<byte>((int)Math.Clamp(Length - offset, 0, count));
        return ValueTask.FromResult<ReadOnlyMemory<byte>>(buffer.AsMemory(0, Read(offset, buffer)));
    }

    /// <inheritdoc/>
    public ValueTask<int> ReadIntoAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Read(offset, destination.Span[..(int)Math.Clamp(Length - offset, 0, destination.Length)]));
    }

    /// <summary>Closes the file; later reads throw.</summary>
    public void Dispose() => _handle.Dispose();

    private int Read(long offset, Span<byte> destination)
    {
        var read = 0;
        while (read < destination.Length)
        {
            var step = RandomAccess.Read(_handle, destination[read..], offset + read);
            if (step == 0)
            {
                break;
            }
            read += step;
        }
        return read;
    }
}
