namespace Strata.Cli;

/// <summary>An OS lock on a data directory: the kernel gives it up when the process ends, however it ends.</summary>
internal sealed class DataDirectoryLock : IDisposable
{
    private readonly FileStream _file;

    private DataDirectoryLock(FileStream file) => _file = file;

    /// <returns>The lock, or null while another process holds it.</returns>
    public static DataDirectoryLock? TryTake(DataDirectory data)
    {
        Directory.CreateDirectory(data.Path);
        try
        {
            return new(new FileStream(data.LockFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException) when (File.Exists(data.LockFile))
        {
            return null;
        }
    }

    public void Dispose() => _file.Dispose();
}
