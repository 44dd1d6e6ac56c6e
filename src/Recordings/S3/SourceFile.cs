using System.Buffers;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using Strata.Contracts;

namespace Strata.Recordings;

/// <summary>A local file that is to be sent.</summary>
internal sealed class SourceFile : IDisposable
{
    private const int BufferBytes = 1 << 20;

    private readonly SafeFileHandle _file;

    public SourceFile(string path)
    {
        Path = path;
        _file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.SequentialScan);
        Length = RandomAccess.GetLength(_file);
    }

    public string Path { get; }

    /// <summary>When it was opened.</summary>
    public long Length { get; }

    /// <param name="buffer">One byte longer than the file, which shows whether it is growing.</param>
    /// <exception cref="RecordingRefusedException">It has other bytes than its size says.</exception>
    public int ReadWhole(Span<byte> buffer)
    {
        var read = Read(0, buffer[..(int)(Length + 1)]);
        return read <= Length
            ? read
            : throw new RecordingRefusedException(Path, $"its size is {Length} bytes, yet more can be read; it is still being written, or is no ordinary file: register it when it is complete");
    }

    /// <returns>Fewer bytes only where the file ends.</returns>
    public int Read(long offset, Span<byte> buffer)
    {
        var filled = 0;
        for (int read; filled < buffer.Length && (read = RandomAccess.Read(_file, buffer[filled..], offset + filled)) > 0; filled += read)
        {
        }

        return filled;
    }

    /// <summary>Of as many bytes as it had when it was opened.</summary>
    public Sha256Digest Hash(CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            for (var offset = 0L; offset < Length;)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var read = Read(offset, buffer.AsSpan(0, (int)Math.Min(BufferBytes, Length - offset)));
                if (read == 0)
                {
                    break;
                }

                hash.AppendData(buffer, 0, read);
                offset += read;
            }

            return Sha256Digest.FromBytes(hash.GetHashAndReset());
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    public void Dispose() => _file.Dispose();
}
