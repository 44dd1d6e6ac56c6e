using System.Buffers;
using System.Security.Cryptography;
using Strata.Rrd;

namespace Strata.Cli;

/// <summary>Copies a file that is named by the SHA-256 of its bytes: under another name until all of it is on the disk and is what its name says.</summary>
internal static class FileCopy
{
    private const string Unfinished = ".part";

    /// <summary>Of an object store, so much is asked for at once.</summary>
    private const int BufferBytes = 8 << 20;

    /// <returns>How many bytes; null where the source is not there.</returns>
    /// <exception cref="InvalidDataException">The source is damaged.</exception>
    public static async Task<long?> CopyAsync(string from, string to, CancellationToken cancellationToken)
    {
        if (!File.Exists(from))
        {
            return null;
        }

        using var source = FileBytes.Open(from);
        return await CopyAsync(source, from, to, cancellationToken);
    }

    /// <param name="from">Its name, which ends with the hash and an extension.</param>
    /// <exception cref="InvalidDataException">The source is damaged.</exception>
    public static async Task<long> CopyAsync(IRandomAccessBytes source, string from, string to, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(to)!);
        var unfinished = to + Unfinished;
        var (bytes, hash) = await CopyHashingAsync(source, unfinished, cancellationToken);
        var named = Path.GetFileNameWithoutExtension(from);
        if (hash != named)
        {
            File.Delete(unfinished);
            throw new InvalidDataException($"{from}: expected content with the SHA-256 that it is named by, found {hash}");
        }

        File.Move(unfinished, to, overwrite: true);
        return bytes;
    }

    private static async Task<(long Bytes, string Hash)> CopyHashingAsync(IRandomAccessBytes source, string to, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent((int)Math.Clamp(source.Length, 1, BufferBytes));
        try
        {
            await using var target = new FileStream(to, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.Asynchronous);
            var bytes = 0L;
            while (await source.ReadIntoAsync(bytes, buffer, cancellationToken) is > 0 and var read)
            {
                hash.AppendData(buffer, 0, read);
                await target.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
                bytes += read;
            }

            target.Flush(flushToDisk: true);
            return (bytes, Convert.ToHexStringLower(hash.GetHashAndReset()));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
