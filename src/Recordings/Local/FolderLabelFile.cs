namespace Strata.Recordings;

/// <summary>The id of a folder, in a file of it.</summary>
internal sealed class FolderLabelFile(string home, IDisk disk) : ILabelFile
{
    private readonly string _path = Path.Combine(home, StoreLabel.FileName);

    public async Task<ReadOnlyMemory<byte>?> ReadAsync(int most, CancellationToken cancellationToken)
    {
        try
        {
            using var file = new FileStream(_path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var bytes = new byte[most];
            return bytes.AsMemory(0, await file.ReadAtLeastAsync(bytes, most, throwOnEndOfStream: false, cancellationToken));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RecordingStorageException(_path, e.Message, e, "read");
        }
    }

    public async Task<bool> WriteAsync(ReadOnlyMemory<byte> bytes, bool onlyNew, CancellationToken cancellationToken)
    {
        var temporary = $"{_path}.{Guid.NewGuid():N}";
        try
        {
            disk.CreateFolder(home);
            await using (var file = disk.Create(temporary))
            {
                await file.WriteAsync(bytes, cancellationToken);
            }

            disk.FlushFile(temporary);
            if (!onlyNew)
            {
                disk.Rename(temporary, _path);
            }
            else if (!TryName(temporary))
            {
                return false;
            }

            new DurableFiles(disk).FlushFolders([home, Path.GetDirectoryName(home)!], home);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RecordingStorageException(_path, e.Message, e);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private bool TryName(string temporary)
    {
        try
        {
            File.Move(temporary, _path, overwrite: false);
            return true;
        }
        catch (IOException) when (File.Exists(_path))
        {
            return false;
        }
    }
}
