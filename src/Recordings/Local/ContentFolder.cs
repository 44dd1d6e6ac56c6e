using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using Strata.Contracts;

namespace Strata.Recordings;

/// <summary>Files named by their own SHA-256 below one folder: the same bytes are one file. Source: DESIGN §4.1, rule 15.</summary>
/// <param name="home">Absolute. Whatever its name, events name it <c>recordings/</c>.</param>
internal sealed class ContentFolder(string home, IDisk disk) : IContent
{
    private const string TemporaryExtension = ".tmp";
    private const string TemporaryName = "N";

    /// <summary>Up to here a file is read at once, so that one that is there already costs no write.</summary>
    private const int WholeFileBytes = 1 << 20;

    private const int CopyBufferBytes = 1 << 20;

    private readonly DurableFiles _durable = new(disk);
    private readonly VerifiedCopies _verified = new();

    // The name of our own folder is made durable with the first files in it.
    private volatile bool _isNamed;

    /// <summary>Beside it, as its lock.</summary>
    private string MarkPath => home + ".removing";

    private string Parent => Path.GetDirectoryName(home)!;

    /// <summary>Reading and hashing files wants processors, of which more side by side than this would be taken from everybody else.</summary>
    public int ParallelCopies { get; } = Math.Clamp(Environment.ProcessorCount, 1, 8);

    /// <summary>One after another: threads that create files in one folder wait for each other.</summary>
    public int ParallelWrites => 1;

    /// <summary>Writes a temporary file with the bytes of <paramref name="path"/>.</summary>
    /// <exception cref="RecordingRefusedException">It has no size that bounds the copy.</exception>
    public ValueTask<PendingFile?> TakeAsync(string path, Sha256Digest? wanted, CancellationToken cancellationToken)
    {
        var taken = Take(path, cancellationToken);
        if (wanted is null || wanted == taken.Hash)
        {
            return ValueTask.FromResult<PendingFile?>(taken);
        }

        Discard([taken]);
        return ValueTask.FromResult<PendingFile?>(null);
    }

    /// <summary>Writes a temporary file with these bytes, unless they are kept already.</summary>
    public ValueTask<PendingFile> TakeAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) => ValueTask.FromResult(Take(bytes, cancellationToken));

    private PendingFile Take(string path, CancellationToken cancellationToken)
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

    private PendingFile Take(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        var hash = Sha256Digest.Of(bytes.Span);
        if (TryReuse(hash, bytes.Length, cancellationToken))
        {
            return new(hash, bytes.Length, null);
        }

        // Beside its name to be: threads that create files in one folder wait for each other, and ext4 looks for a free inode from the folder's first one on.
        var temporary = NewTemporary(Path.GetDirectoryName(PathOf(ContentNames.LocationOf(hash)))!);
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
            await _durable.FlushAllAsync([.. files.Select(f => f.TemporaryPath).OfType<string>()], home, cancellationToken);
            var folders = new HashSet<string>(StringComparer.Ordinal);
            foreach (var file in files)
            {
                var path = PathOf(ContentNames.LocationOf(file.Hash));
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

            _durable.FlushFolders(_isNamed ? folders : [.. folders, Parent], home);
            _isNamed = true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CannotWrite(home, e);
        }
    }

    public void Discard(IEnumerable<PendingFile> files)
    {
        foreach (var file in files)
        {
            if (file.TemporaryPath is { } temporary)
            {
                File.Delete(temporary);
            }
        }
    }

    public ValueTask<PendingFile?> FindAsync(Sha256Digest hash, CancellationToken cancellationToken)
    {
        var path = PathOf(ContentNames.LocationOf(hash));
        if (Stamps.TryOf(path) is not { } stamp || !(_verified.Knows(hash, stamp) || IsWhole(ContentNames.LocationOf(hash), cancellationToken)))
        {
            return ValueTask.FromResult<PendingFile?>(null);
        }

        File.SetLastWriteTimeUtc(path, DateTime.UtcNow);
        _verified.Remember(hash, Stamps.TryOf(path) ?? stamp);
        return ValueTask.FromResult<PendingFile?>(new(hash, stamp.SizeBytes, null));
    }

    public async Task<PendingFile> AdoptAsync(ReceivedFile file, CancellationToken cancellationToken)
    {
        var pending = new PendingFile(file.Sha256, file.SizeBytes, file.Path);
        await PublishAsync([pending], cancellationToken);
        if (Stamps.TryOf(PathOf(ContentNames.LocationOf(file.Sha256))) is { } stamp)
        {
            _verified.Remember(file.Sha256, stamp);
        }

        return pending;
    }

    public ValueTask<IOpenRecording> OpenAsync(string location, CancellationToken cancellationToken) => ValueTask.FromResult<IOpenRecording>(LocalRecording.Open(PathOf(location)));

    public ValueTask<IOpenRecording> OpenAnewAsync(string location, CancellationToken cancellationToken) => OpenAsync(location, cancellationToken);

    public ValueTask<bool> IsThereAsync(string location, CancellationToken cancellationToken) => ValueTask.FromResult(File.Exists(PathOf(location)));

    public ValueTask<bool> IsWholeAsync(string location, CancellationToken cancellationToken) => ValueTask.FromResult(IsWhole(location, cancellationToken));

    public IAsyncEnumerable<StoredFile> AllAsync(CancellationToken cancellationToken) => All().ToAsyncEnumerable();

    public Task<bool> RemoveAsync(StoredFile file, CancellationToken cancellationToken)
    {
        var path = Path.Combine(home, ContentNames.BelowHome(file.Name));
        if (new FileInfo(path) is not { Exists: true } found || Stored(found, file.Location) != file)
        {
            return Task.FromResult(false);
        }

        File.Delete(path);
        return Task.FromResult(true);
    }

    public Task MarkAsync(CancellationToken cancellationToken)
    {
        File.WriteAllBytes(MarkPath, []);
        _durable.FlushFolders([Parent], Parent);
        return Task.CompletedTask;
    }

    public Task UnmarkAsync(CancellationToken cancellationToken)
    {
        File.Delete(MarkPath);
        return Task.CompletedTask;
    }

    public ValueTask<bool> IsMarkedAsync(CancellationToken cancellationToken) => ValueTask.FromResult(File.Exists(MarkPath));

    private string PathOf(string location)
    {
        ContentNames.HashOf(location);
        return Path.Combine(home, ContentNames.BelowHome(location));
    }

    private IEnumerable<StoredFile> All()
    {
        if (!Directory.Exists(home))
        {
            yield break;
        }

        foreach (var file in new DirectoryInfo(home).EnumerateFiles("*", SearchOption.AllDirectories))
        {
            var stored = Stored(file, null);
            if (ContentNames.TryHashOf(stored.Name) is not null)
            {
                yield return stored with { Location = stored.Name };
            }
            else if (file.Extension == TemporaryExtension && Guid.TryParseExact(Path.GetFileNameWithoutExtension(file.Name), TemporaryName, out _))
            {
                yield return stored;
            }
        }
    }

    private StoredFile Stored(FileInfo file, string? location) => StoredFile.Of(file, home, location);

    /// <summary>In the kernel, which shares the blocks where the file system can (copy on write); the copy is hashed, so that the name fits whatever happens to the source.</summary>
    private PendingFile Copy(string path, CancellationToken cancellationToken)
    {
        var temporary = NewTemporary(home);
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

    private bool IsWhole(string location, CancellationToken cancellationToken)
    {
        var path = PathOf(location);
        try
        {
            return File.Exists(path) && ContentNames.LocationOf(HashOf(path, cancellationToken).Hash) == location;
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
        var path = PathOf(ContentNames.LocationOf(hash));
        if (new FileInfo(path) is not { Exists: true } file || file.Length != length || !IsWhole(ContentNames.LocationOf(hash), cancellationToken))
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
