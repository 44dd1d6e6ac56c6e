using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using Strata.Contracts;

namespace Strata.Recordings;

/// <summary>Files named by their own SHA-256 below one folder: the same bytes are one file. Source: DESIGN §4.1, rule 15.</summary>
/// <param name="root">Absolute.</param>
internal sealed class ContentFolder(string root, IDisk disk)
{
    private const string Folder = "recordings";
    private const string Extension = ".rrd";
    private const string TemporaryExtension = ".tmp";
    private const string TemporaryName = "N";

    /// <summary>Up to here a file is read at once, so that one that is there already costs no write.</summary>
    private const int WholeFileBytes = 1 << 20;

    private const int CopyBufferBytes = 1 << 20;

    private readonly DurableFiles _durable = new(disk);

    // The name of our own folder is made durable with the first files in it.
    private volatile bool _isNamed;

    private string RecordingsFolder => Path.Combine(root, Folder);

    public static string LocationOf(Sha256Digest hash) => Named(hash.Value);

    /// <exception cref="RecordingRefusedException">The location was not made by <see cref="LocationOf"/>.</exception>
    public string PathOf(string location)
    {
        var name = Path.GetFileNameWithoutExtension(location);
        return name.Length == 2 * SHA256.HashSizeInBytes && name.All(char.IsAsciiHexDigitLower) && location == Named(name)
            ? Path.Combine(root, location)
            : throw new RecordingRefusedException(location, "expected a location of this store (recordings/<2 hex digits>/<SHA-256>.rrd)");
    }

    /// <summary>Writes a temporary file with the bytes of <paramref name="path"/>.</summary>
    /// <exception cref="RecordingRefusedException">It has no size that bounds the copy.</exception>
    public PendingFile Take(string path, CancellationToken cancellationToken)
    {
        using var source = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.SequentialScan);
        var length = RandomAccess.GetLength(source);
        if (length <= WholeFileBytes)
        {
            // One byte more than expected shows whether the file is growing while it is read.
            var bytes = new byte[length + 1];
            var read = ReadFully(source, bytes);
            if (read <= length)
            {
                return Take(bytes.AsMemory(0, read), cancellationToken);
            }

            if (length == 0)
            {
                // Only a size bounds the copy in the kernel: without one it goes on for as long as there are bytes.
                throw new RecordingRefusedException(path, "its size is 0 bytes, yet it can be read; it is still being written, or is no ordinary file: register it when it is complete");
            }
        }

        return Copy(path, cancellationToken);
    }

    /// <summary>Writes a temporary file with these bytes, unless they are kept already.</summary>
    public PendingFile Take(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        var hash = Sha256Digest.Of(bytes.Span);
        if (TryReuse(hash, bytes.Length, cancellationToken))
        {
            return new(hash, bytes.Length, null);
        }

        // Beside its name to be: threads that create files in one folder wait for each other, and ext4 looks for a free inode from the folder's first one on.
        var temporary = NewTemporary(Path.GetDirectoryName(PathOf(LocationOf(hash)))!);
        Writing(temporary, () =>
        {
            using var target = disk.Create(temporary);
            target.Write(bytes.Span);
        });
        return new(hash, bytes.Length, temporary);
    }

    /// <summary>
    /// Flushes the temporary files together, gives them their names, and flushes each folder once; also those of files that were there already, since whoever
    /// named them may not have come to that.
    /// </summary>
    public async Task PublishAsync(IReadOnlyList<PendingFile> files, CancellationToken cancellationToken)
    {
        if (files.Count == 0)
        {
            return;
        }

        try
        {
            await _durable.FlushAllAsync([.. files.Select(f => f.TemporaryPath).OfType<string>()], RecordingsFolder, cancellationToken);
            var folders = new HashSet<string>(StringComparer.Ordinal);
            foreach (var file in files)
            {
                var path = PathOf(LocationOf(file.Hash));
                var folder = Path.GetDirectoryName(path)!;
                if (folders.Add(folder))
                {
                    disk.CreateFolder(folder);
                }

                if (file.TemporaryPath is { } temporary)
                {
                    disk.Rename(temporary, path);
                }
            }

            _durable.FlushFolders(_isNamed ? folders : [.. folders, root], RecordingsFolder);
            _isNamed = true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CannotWrite(RecordingsFolder, e);
        }
    }

    public static void Discard(IEnumerable<PendingFile> files)
    {
        foreach (var file in files)
        {
            if (file.TemporaryPath is { } temporary)
            {
                File.Delete(temporary);
            }
        }
    }

    /// <summary>Every file that this store wrote. What somebody else put into the folder is not ours to judge.</summary>
    public IEnumerable<StoredFile> All()
    {
        if (!Directory.Exists(RecordingsFolder))
        {
            yield break;
        }

        foreach (var file in new DirectoryInfo(RecordingsFolder).EnumerateFiles("*", SearchOption.AllDirectories))
        {
            var path = file.FullName;
            var name = Path.GetFileNameWithoutExtension(path);
            if (name.Length == 2 * SHA256.HashSizeInBytes && name.All(char.IsAsciiHexDigitLower) && Named(name) is var location && Path.Combine(root, location) == path)
            {
                yield return Stored(file, location);
            }
            else if (Path.GetExtension(path) == TemporaryExtension && Guid.TryParseExact(name, TemporaryName, out _))
            {
                yield return Stored(file, null);
            }
        }
    }

    /// <returns>False when it is not there, or not as it was listed: then it is kept anew, or being so.</returns>
    public bool Remove(StoredFile file)
    {
        var path = Path.Combine(root, file.Name);
        if (new FileInfo(path) is not { Exists: true } found || Stored(found, file.Location) != file)
        {
            return false;
        }

        File.Delete(path);
        return true;
    }

    private StoredFile Stored(FileInfo file, string? location) => StoredFile.Of(file, root, location);

    /// <summary>In the kernel, which shares the blocks where the file system can (copy on write); the copy is hashed, so that the name fits whatever happens to the source.</summary>
    private PendingFile Copy(string path, CancellationToken cancellationToken)
    {
        var temporary = NewTemporary(RecordingsFolder);
        (Sha256Digest Hash, long Length) copied = default;
        Writing(temporary, () =>
        {
            disk.Copy(path, temporary);
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(temporary, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
            }

            copied = HashOf(temporary, cancellationToken);

            // The copy brings its source's age along, by which an orphan is told.
            File.SetLastWriteTimeUtc(temporary, DateTime.UtcNow);
        });
        if (!TryReuse(copied.Hash, copied.Length, cancellationToken))
        {
            return new(copied.Hash, copied.Length, temporary);
        }

        File.Delete(temporary);
        return new(copied.Hash, copied.Length, null);
    }

    /// <summary>Whether the file of this location is there with the bytes that its name says.</summary>
    public bool IsWhole(string location, CancellationToken cancellationToken)
    {
        var path = PathOf(location);
        try
        {
            return File.Exists(path) && LocationOf(HashOf(path, cancellationToken).Hash) == location;
        }
        catch (IOException)
        {
            // Gone since, or its disk cannot read it any more: what cannot be read is not there.
            return false;
        }
    }

    /// <summary>
    /// A file that is there already, with these bytes and not only their name, is made young again, so that it is not collected as an orphan before the event that
    /// names it.
    /// </summary>
    private bool TryReuse(Sha256Digest hash, long length, CancellationToken cancellationToken)
    {
        var path = PathOf(LocationOf(hash));
        if (new FileInfo(path) is not { Exists: true } file || file.Length != length || !IsWhole(LocationOf(hash), cancellationToken))
        {
            return false;
        }

        try
        {
            File.SetLastWriteTimeUtc(path, DateTime.UtcNow);
            return true;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
    }

    private string NewTemporary(string folder)
    {
        disk.CreateFolder(folder);
        return Path.Combine(folder, Guid.CreateVersion7().ToString(TemporaryName, CultureInfo.InvariantCulture) + TemporaryExtension);
    }

    private static void Writing(string temporary, Action write)
    {
        try
        {
            write();
        }
        catch (Exception e)
        {
            File.Delete(temporary);
            if (e is IOException or UnauthorizedAccessException)
            {
                throw CannotWrite(temporary, e);
            }

            throw;
        }
    }

    private static RecordingStorageException CannotWrite(string path, Exception e) => new(
        path,
        $"{e.Message}; {FreeBytes(path)}nothing was registered from it and what was begun is removed. Free space on that disk, or start with another data folder, and run the command again",
        e);

    private static string Named(string digits) => $"{Folder}/{digits.AsSpan(0, 2)}/{digits}{Extension}";

    private static string FreeBytes(string path)
    {
        try
        {
            return $"{new DriveInfo(path).AvailableFreeSpace} bytes are free there; ";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return "";
        }
    }

    private static (Sha256Digest Hash, long Length) HashOf(string path, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var file = File.OpenHandle(path, options: FileOptions.SequentialScan);
        var buffer = ArrayPool<byte>.Shared.Rent((int)Math.Clamp(RandomAccess.GetLength(file), 1, CopyBufferBytes));
        try
        {
            var offset = 0L;
            for (int read; (read = RandomAccess.Read(file, buffer, offset)) > 0; offset += read)
            {
                cancellationToken.ThrowIfCancellationRequested();
                hash.AppendData(buffer, 0, read);
            }

            return (Sha256Digest.FromBytes(hash.GetHashAndReset()), offset);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static int ReadFully(Microsoft.Win32.SafeHandles.SafeFileHandle file, Span<byte> buffer)
    {
        var filled = 0;
        for (int read; filled < buffer.Length && (read = RandomAccess.Read(file, buffer[filled..], filled)) > 0; filled += read)
        {
        }

        return filled;
    }
}

/// <param name="TemporaryPath">Null when the same bytes are kept already.</param>
internal readonly record struct PendingFile(Sha256Digest Hash, long SizeBytes, string? TemporaryPath);
