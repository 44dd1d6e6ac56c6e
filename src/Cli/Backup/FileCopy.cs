using System.Buffers;
using System.Security.Cryptography;
using Strata.Recordings;
using Strata.Rrd;

namespace Strata.Cli;

/// <summary>Copies a file that is named by the SHA-256 of its bytes: under another name until all of it is on the disk and is what its name says.</summary>
internal static class FileCopy
{
    private const string Unfinished = ".part";

    /// <summary>Of a file that is copied or about to be.</summary>
    public static string WholeName(string path) => path.EndsWith(Unfinished, StringComparison.Ordinal) ? path[..^Unfinished.Length] : path;

    /// <summary>Of an object store, so much is asked for at once.</summary>
    private const int BufferBytes = 8 << 20;

    /// <returns>How many bytes; null where the source is not there.</returns>
    /// <exception cref="InvalidDataException">The source is damaged, or cannot be read.</exception>
    public static async Task<long?> CopyAsync(string from, string to, CancellationToken cancellationToken)
    {
        using var source = TryOpen(from);
        return source is null ? null : await CopyAsync(source, from, to, cancellationToken);
    }

    /// <param name="from">Its name, which ends with the hash and an extension.</param>
    /// <exception cref="InvalidDataException">The source is damaged, or cannot be read.</exception>
    public static async Task<long> CopyAsync(IRandomAccessBytes source, string from, string to, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(to)!);
        var unfinished = to + Unfinished;
        try
        {
            var bytes = 0L;
            await using (var target = new FileStream(unfinished, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.Asynchronous))
            {
                bytes = await ReadAsync(source, from, target, cancellationToken);
                target.Flush(flushToDisk: true);
            }

            File.Move(unfinished, to, overwrite: true);
            return bytes;
        }
        catch
        {
            File.Delete(unfinished);
            throw;
        }
    }

    /// <summary>Reads all of it.</summary>
    /// <inheritdoc cref="CopyAsync(IRandomAccessBytes, string, string, CancellationToken)"/>
    public static Task RequireWholeAsync(IRandomAccessBytes source, string from, CancellationToken cancellationToken) => ReadAsync(source, from, Stream.Null, cancellationToken);

    /// <summary>Whether a file on a disk is what its name says.</summary>
    /// <param name="wholeUntilNs">Until when it is known to have been: read is only what changed since. Null: read it.</param>
    public static async Task<CopyCondition> LookAsync(string path, NamedFile file, long? wholeUntilNs, CancellationToken cancellationToken)
    {
        if (new FileInfo(path) is { Exists: true } info && file.IsLike(info.Length, (info.LastWriteTimeUtc - DateTime.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick, wholeUntilNs))
        {
            return CopyCondition.Whole;
        }

        try
        {
            using var source = TryOpen(path);
            if (source is null)
            {
                return CopyCondition.Absent;
            }

            await RequireWholeAsync(source, path, cancellationToken);
            return CopyCondition.Whole;
        }
        catch (InvalidDataException)
        {
            return CopyCondition.Damaged;
        }
    }

    private static FileBytes? TryOpen(string path)
    {
        try
        {
            return File.Exists(path) ? FileBytes.Open(path) : null;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, e);
        }
    }

    /// <returns>How many bytes.</returns>
    private static async Task<long> ReadAsync(IRandomAccessBytes source, string from, Stream to, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent((int)Math.Clamp(source.Length, 1, BufferBytes));
        try
        {
            var bytes = 0L;
            while (await ReadSomeAsync(source, from, bytes, buffer, cancellationToken) is > 0 and var read)
            {
                hash.AppendData(buffer, 0, read);
                await to.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
                bytes += read;
            }

            return Convert.ToHexStringLower(hash.GetHashAndReset()) is var found && found == Path.GetFileNameWithoutExtension(from)
                ? bytes
                : throw new InvalidDataException($"{from}: expected content with the SHA-256 that it is named by, found {Cells.Count(bytes, "byte")} with {found}");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static async ValueTask<int> ReadSomeAsync(IRandomAccessBytes source, string from, long offset, byte[] buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await source.ReadIntoAsync(offset, buffer, cancellationToken);
        }
        // A store that is away says nothing of the file.
        catch (Exception e) when (e is (IOException or UnauthorizedAccessException) and not RecordingStorageException)
        {
            throw Unreadable(from, e);
        }
    }

    private static InvalidDataException Unreadable(string path, Exception e) => new($"{path}: expected to read it, found: {e.Message}", e);
}

/// <summary>What was found of a file that is named by its content.</summary>
internal enum CopyCondition
{
    Absent,

    Damaged,

    Whole,
}
